#pragma once

#include <cstdint>

namespace reslab {

/// Bytes of the process's resident set at its largest.
std::int64_t peak_memory();

}  // namespace reslab
