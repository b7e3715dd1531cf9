#pragma once

#include <cstdint>
#include <cstdlib>

#include <sys/resource.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace reslab {

/// Peak size of the process's resident set, in bytes.
inline std::int64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

/// Makes GNU's C library keep memory that tensors freed instead of returning it to the system. A
/// training step frees and allocates the same megabytes again and again; mapping and clearing them
/// each time takes a fifth of the step. Does nothing with other C libraries.
inline void keep_freed_memory() {
#if defined(__GLIBC__)
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_TOP_PAD, 64 << 20);
#endif
}

}  // namespace reslab
