#pragma once

#include <cstdint>

namespace reslab {

/// Peak size of the process's resident set, in bytes.
std::int64_t peak_memory();

/// Makes GNU's C library keep memory that tensors freed instead of returning it to the system. A
/// training step frees and allocates the same megabytes again and again; mapping and clearing them
/// each time takes a fifth of the step. Does nothing with other C libraries.
void keep_freed_memory();

}  // namespace reslab
