#pragma once

namespace reslab::app {

/// `reslab list`: everything that an experiment can say, with its settings and their defaults.
int list(int argc, const char* const* argv);

}  // namespace reslab::app
