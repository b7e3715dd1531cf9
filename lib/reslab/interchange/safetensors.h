#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reslab/interchange/stored_tensor.h"

namespace reslab::safetensors {

/// Bytes of JSON that a header may have.
constexpr std::uint64_t kLargestHeader = 100'000'000;

/// What the header says of one tensor. C order, little-endian.
struct Entry {
  std::string name;
  std::string dtype;                // "F32", "BF16", "I64", … as the format spells them
  std::vector<std::int64_t> shape;  // empty for a scalar
  std::size_t begin = 0;            // bytes from the end of the header
  std::size_t end = 0;
};

struct Header {
  std::vector<Entry> entries;  // in the order of their bytes
  std::map<std::string, std::string> metadata;
  std::size_t data_offset = 0;  // of the first tensor byte in the file
};

/// Size in bytes of one element, 0 for a type that the format does not know.
std::size_t element_size(std::string_view dtype);

/// Reads the header of a whole file's bytes. Checks all that the format promises: the header's
/// length (at most 100 MB), no tensor twice, bytes that fit shape and type, no overlaps, no gaps,
/// nothing after the last tensor. Throws InvalidInput with `where` in front of what is wrong.
Header parse(std::span<const std::byte> file, const std::string& where);

/// The tensors of a whole file's bytes with that header, as views of them.
std::vector<StoredTensor> tensors(const Header& header,
                                  const std::shared_ptr<const std::vector<std::byte>>& file);

/// A tensor to be written.
struct View {
  std::string name;
  std::string dtype;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;
};

/// Writes the tensors in the given order, aside and renamed: the file is the old or the new one,
/// never half of one. Equal input makes equal bytes. Throws IoError.
void write(const std::filesystem::path& path, const std::vector<View>& tensors,
           const std::map<std::string, std::string>& metadata);

}  // namespace reslab::safetensors
