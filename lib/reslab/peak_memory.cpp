#include "reslab/peak_memory.h"

#include <sys/resource.h>

namespace reslab {

std::int64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

}  // namespace reslab
