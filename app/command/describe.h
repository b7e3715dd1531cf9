#pragma once

namespace reslab::app {

/// `reslab describe NETWORK…`: layers, shapes, parameters and multiply-adds.
int describe(int argc, const char* const* argv);

}  // namespace reslab::app
