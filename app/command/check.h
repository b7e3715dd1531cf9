#pragma once

namespace reslab::app {

/// `reslab check FILE…`: whether the experiments are valid, what they would run and how long that
/// takes on this machine. Needs no data.
int check(int argc, const char* const* argv);

}  // namespace reslab::app
