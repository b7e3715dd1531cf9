#include "reslab/interchange/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/base/text.h"

namespace reslab::safetensors {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

// Reading uses sorted keys, which are fast to find; writing keeps the order of the tensors.
using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

constexpr std::size_t kAlignment = 8;
constexpr int kDeepest = 3;                // {name: {"shape": […]}}
constexpr std::size_t kLongestLine = 200;  // of a message, which may contain a name from the file
constexpr auto kMetadata = "__metadata__";

const std::vector<std::pair<std::string_view, std::size_t>> kTypes = {
    {"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E4M3", 1}, {"F8_E5M2", 1},
    {"U16", 2},  {"I16", 2}, {"F16", 2}, {"BF16", 2},    {"U32", 4},
    {"I32", 4},  {"F32", 4}, {"U64", 8}, {"I64", 8},     {"F64", 8},
};

/// Finds duplicate names and deep nesting in the header's text. The parsed header cannot show a
/// duplicate because the parser keeps the last of two equal keys. The parser's own callback would
/// take time quadratic in the number of tensors.
class HeaderScan : public nlohmann::json_sax<Json> {
 public:
  bool too_deep() const { return too_deep_; }
  const std::optional<std::string>& duplicate() const { return duplicate_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return enter(); }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t) override { return enter(); }
  bool end_array() override { return leave(); }
  bool key(string_t& name) override {
    if (depth_ == 1 && !names_.insert(name).second) duplicate_ = name;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
    return false;
  }

 private:
  bool enter() {
    too_deep_ = too_deep_ || ++depth_ > kDeepest;
    return !too_deep_;
  }
  bool leave() {
    --depth_;
    return true;
  }

  int depth_ = 0;
  bool too_deep_ = false;
  std::set<std::string> names_;
  std::optional<std::string> duplicate_;
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
    throw InvalidInput(where_ + ": " + printable(what, kLongestLine));
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
    HeaderScan scan;
    Json::sax_parse(text, text + length, &scan);
    if (scan.too_deep()) fail("its header is nested too deeply");
    auto json = Json::parse(text, text + length, nullptr, false);
    if (json.is_discarded() || !json.is_object()) fail("its header is not a JSON object");
    if (scan.duplicate()) fail("'" + *scan.duplicate() + "' is there twice");
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
      fail("'" + name + "': expected a dtype, a shape and two data_offsets, and nothing else");

    Entry entry{
        name, value["dtype"].get<std::string>(), value["shape"].get<std::vector<std::int64_t>>(),
        value["data_offsets"][0].get<std::size_t>(), value["data_offsets"][1].get<std::size_t>()};
    const auto size = element_size(entry.dtype);
    if (size == 0) fail("'" + name + "' has the unknown type '" + entry.dtype + "'");
    if (entry.begin > entry.end || entry.end > file_.size() - data_offset_)
      fail("'" + name + "' lies outside the file (truncated?)");
    if (entry.end - entry.begin != bytes_of(entry, size))
      fail("'" + name + "' has " + std::to_string(entry.end - entry.begin) +
           " bytes, which do not fit its shape and type");
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

std::vector<StoredTensor> tensors(const Header& header,
                                  const std::shared_ptr<const std::vector<std::byte>>& file) {
  std::vector<StoredTensor> tensors;
  for (const auto& entry : header.entries)
    tensors.push_back({entry.name, entry.dtype, entry.shape, contiguous_strides(entry.shape),
                       header.data_offset + entry.begin, file});
  return tensors;
}

void write(const std::filesystem::path& path, const std::vector<View>& tensors,
           const std::map<std::string, std::string>& metadata) {
  OrderedJson json = OrderedJson::object();
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
