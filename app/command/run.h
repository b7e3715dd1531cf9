#pragma once

namespace reslab::app {

/// `reslab run FILE…`: trains every network of the experiments, or goes on where that stopped.
int run(int argc, const char* const* argv);

}  // namespace reslab::app
