#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace reslab {

/// A reader of foreign bytes. `read` returns if the bytes are valid or are refused correctly; it
/// throws or crashes if the reader is faulty.
struct FuzzTarget {
  std::string name;  // tests/fuzz/corpus/NAME holds its seeds
  void (*read)(std::span<const std::byte> bytes);
};

const std::vector<FuzzTarget>& fuzz_targets();

}  // namespace reslab
