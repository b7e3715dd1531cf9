#include "reslab/interchange/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <set>

#include <nlohmann/json.hpp>

#include "reslab/error.h"
#include "reslab/file.h"

namespace reslab::safetensors {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kLargestHeader = 100'000'000;
constexpr std::size_t kAlignment = 8;
constexpr auto kMetadata = "__metadata__";

const std::vector<std::pair<std::string_view, std::size_t>> kTypes = {
    {"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E4M3", 1}, {"F8_E5M2", 1},
    {"U16", 2},  {"I16", 2}, {"F16", 2}, {"BF16", 2},    {"U32", 4},
    {"I32", 4},  {"F32", 4}, {"U64", 8}, {"I64", 8},     {"F64", 8},
};

class Parser {
 public:
  Parser(std::span<const std::byte> file, const std::string& where) : file_(file), where_(where) {}

  Header parse() {
    const auto json = header_json();
    Header header;
    header.data_offset = data_offset_;
    for (const auto& [name, value] : json.items()) {
      if (name == kMetadata)
        header.metadata = metadata(value);
      else
        header.entries.push_back(entry(name, value));
    }
    check_layout(header.entries);
    return header;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw InvalidInput(where_ + ": " + what);
  }

  Json header_json() {
    std::uint64_t length = 0;
    if (file_.size() < sizeof length)
      fail("not a safetensors file: shorter than its 8-byte length");
    std::memcpy(&length, file_.data(), sizeof length);
    if (length > kLargestHeader) fail("not a safetensors file: its header would be over 100 MB");
    if (length > file_.size() - sizeof length) fail("truncated inside its header");
    data_offset_ = sizeof length + static_cast<std::size_t>(length);

    const auto* text = reinterpret_cast<const char*>(file_.data()) + sizeof length;
    // The parser keeps the last of two equal keys; a tensor that is there twice must be refused.
    std::set<std::string> names;
    std::string twice;
    const auto see = [&](int depth, Json::parse_event_t event, Json& parsed) {
      if (depth > 3) fail("its header is nested too deeply");
      if (event == Json::parse_event_t::key && depth == 1 &&
          !names.insert(parsed.get<std::string>()).second)
        twice = parsed.get<std::string>();
      return true;
    };
    auto json = Json::parse(text, text + length, see, false);
    if (json.is_discarded() || !json.is_object()) fail("its header is not a JSON object");
    if (!twice.empty()) fail("'" + twice + "' is there twice");
    return json;
  }

  std::map<std::string, std::string> metadata(const Json& value) const {
    std::map<std::string, std::string> result;
    if (!value.is_object()) fail("its metadata is not an object");
    for (const auto& [key, text] : value.items()) {
      if (!text.is_string()) fail("metadata '" + key + "' is not a string");
      result[key] = text.get<std::string>();
    }
    return result;
  }

  Entry entry(const std::string& name, const Json& value) const {
    const auto is_size = [](const Json& number) {
      return number.is_number_unsigned() &&
             number.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max();
    };
    const auto are_sizes = [&](const Json& list) {
      return list.is_array() && std::ranges::all_of(list, is_size);
    };
    if (!value.is_object() || value.size() != 3 || !value.contains("dtype") ||
        !value["dtype"].is_string() || !value.contains("shape") || !are_sizes(value["shape"]) ||
        !value.contains("data_offsets") || !are_sizes(value["data_offsets"]) ||
        value["data_offsets"].size() != 2)
      fail("'" + name + "' needs a dtype, a shape and two data_offsets, nothing else");

    Entry entry{
        name, value["dtype"].get<std::string>(), value["shape"].get<std::vector<std::int64_t>>(),
        value["data_offsets"][0].get<std::size_t>(), value["data_offsets"][1].get<std::size_t>()};
    const auto size = element_size(entry.dtype);
    if (size == 0) fail("'" + name + "' has the unknown type '" + entry.dtype + "'");
    if (entry.begin > entry.end || entry.end > file_.size() - data_offset_)
      fail("'" + name + "' lies outside the file (truncated?)");
    if (entry.end - entry.begin != bytes_of(entry, size))
      fail("'" + name + "' has " + std::to_string(entry.end - entry.begin) +
           " bytes, which its shape and type do not");
    return entry;
  }

  std::size_t bytes_of(const Entry& entry, std::size_t size) const {
    std::uint64_t bytes = size;
    for (const auto extent : entry.shape)
      if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(extent), &bytes))
        fail("'" + entry.name + "' is too large");
    return bytes;
  }

  void check_layout(std::vector<Entry>& entries) const {
    std::ranges::sort(entries, {}, [](const Entry& e) { return std::pair(e.begin, e.end); });
    std::size_t end = 0;
    for (const auto& entry : entries) {
      if (entry.begin < end) fail("'" + entry.name + "' overlaps the tensor before it");
      if (entry.begin > end) fail("there is a gap before '" + entry.name + "'");
      end = entry.end;
    }
    if (data_offset_ + end != file_.size())
      fail(std::to_string(file_.size() - data_offset_ - end) + " bytes follow the last tensor");
  }

  std::span<const std::byte> file_;
  const std::string& where_;
  std::size_t data_offset_ = 0;
};

}  // namespace

std::size_t element_size(std::string_view dtype) {
  const auto found = std::ranges::find(kTypes, dtype, [](const auto& type) { return type.first; });
  return found == kTypes.end() ? 0 : found->second;
}

Header parse(std::span<const std::byte> file, const std::string& where) {
  return Parser(file, where).parse();
}

void write(const std::filesystem::path& path, const std::vector<View>& tensors,
           const std::map<std::string, std::string>& metadata) {
  Json json = Json::object();
  if (!metadata.empty()) json[kMetadata] = metadata;
  std::size_t offset = 0;
  for (const auto& tensor : tensors) {
    const auto end = offset + tensor.bytes.size();
    json[tensor.name] = {
        {"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  auto header = json.dump();
  header.resize((header.size() + kAlignment - 1) / kAlignment * kAlignment, ' ');
  const std::uint64_t length = header.size();

  AtomicFile file(path);
  file.write(std::as_bytes(std::span(&length, 1)));
  file.write(std::as_bytes(std::span(header)));
  for (const auto& tensor : tensors) file.write(tensor.bytes);
  file.commit();
}

}  // namespace reslab::safetensors
