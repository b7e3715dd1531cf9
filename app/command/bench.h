#pragma once

namespace reslab::app {

/// `reslab bench [NETWORK…]`: how fast networks train on this machine.
int bench(int argc, const char* const* argv);

}  // namespace reslab::app
