#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace reslab {

/// A reader of foreign bytes, for fuzzing. `read` returns for bytes that are read or refused as
/// they should be; for anything else it throws, or crashes.
struct FuzzTarget {
  std::string name;  // also of the folder of its seeds, tests/fuzz/corpus/NAME
  void (*read)(std::span<const std::byte> bytes);
};

const std::vector<FuzzTarget>& fuzz_targets();

}  // namespace reslab
