#pragma once

namespace reslab::app {

/// `reslab evaluate DIR`: measures the trained network of a run directory again.
int evaluate(int argc, const char* const* argv);

}  // namespace reslab::app
