#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace reslab {

/// A reader of foreign bytes. `read` returns if the bytes are valid or are refused correctly; it
/// throws or crashes if the reader is faulty. It may write files into `folder`, an
/// existing directory that no other process uses.
struct FuzzTarget {
  std::string name;  // tests/fuzz/corpus/NAME holds its seeds
  void (*read)(std::span<const std::byte> bytes, const std::filesystem::path& folder);
};

const std::vector<FuzzTarget>& fuzz_targets();

}  // namespace reslab
