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

/// Largest header in bytes, as the format defines.
constexpr std::uint64_t kLargestHeader = 100'000'000;

/// The header's entry for a tensor, whose elements are in C order and little-endian.
struct Entry {
  std::string name;
  std::string dtype;                // "F32", "BF16", "I64", …
  std::vector<std::int64_t> shape;  // empty for a scalar
  std::size_t begin = 0;            // bytes from the end of the header
  std::size_t end = 0;
};

struct Header {
  std::vector<Entry> entries;  // sorted by position
  std::map<std::string, std::string> metadata;
  std::size_t data_offset = 0;  // position of the first tensor's bytes in the file
};

/// Size of one element in bytes; 0 for a type that the format does not have.
std::size_t element_size(std::string_view dtype);

/// Parses the header of a file and checks the format's rules: a header of at most 100 MB, each name
/// once, as many bytes as shape and type need, tensors without overlaps or gaps up to the end of
/// the file. Throws InvalidInput, with a message that begins with `where`.
Header parse(std::span<const std::byte> file, const std::string& where);

/// The tensors of a file with this header, as views of its bytes.
std::vector<StoredTensor> tensors(const Header& header,
                                  const std::shared_ptr<const std::vector<std::byte>>& file);

/// A tensor to write.
struct View {
  std::string name;
  std::string dtype;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;
};

/// Writes the tensors in the given order. Replaces the file atomically. Equal arguments give equal
/// bytes. Throws IoError.
void write(const std::filesystem::path& path, const std::vector<View>& tensors,
           const std::map<std::string, std::string>& metadata);

}  // namespace reslab::safetensors
