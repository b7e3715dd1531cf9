#pragma once

namespace reslab::app {

/// `reslab --version`: the program's version, LibTorch's and where its library was loaded from.
int print_version();

}  // namespace reslab::app
