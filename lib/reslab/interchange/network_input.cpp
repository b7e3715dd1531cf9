#include "reslab/interchange/network_input.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>
#include <string_view>

#include <nlohmann/json.hpp>

#include "reslab/base/error.h"
#include "reslab/base/text.h"
#include "reslab/data/image_file.h"

namespace reslab {
namespace {

using Json = nlohmann::json;
using Metadata = std::map<std::string, std::string>;

/// The numbers in their shortest exact decimal form, separated by commas.
std::string comma_separated(std::span<const float> numbers) {
  std::string text;
  std::array<char, 32> digits{};
  for (const auto number : numbers) {
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    if (!text.empty()) text += ',';
    text.append(digits.data(), end);
  }
  return text;
}

class MetadataReader {
 public:
  MetadataReader(const Metadata& metadata, const std::string& where)
      : metadata_(metadata), where_(where) {}

  NetworkInput read() const {
    NetworkInput input;
    input.height = size("height");
    input.width = size("width");
    input.normalization.mean = numbers("mean");
    const auto std = numbers("std");
    const auto pixels =
        static_cast<std::size_t>(input.height) * static_cast<std::size_t>(input.width);
    const auto means = input.normalization.mean.size();
    if (means != 3 && means != 3 * pixels) fail("mean");
    if (std.size() != 3 || std::ranges::any_of(std, [](float value) { return value <= 0; }))
      fail("std");
    std::ranges::copy(std, input.normalization.std.begin());
    input.classes = classes();
    if (metadata_.contains("short_side")) {
      input.short_side = size("short_side");
      if (input.short_side < std::max(input.height, input.width)) fail("short_side");
    }
    const auto exif = metadata_.find("exif_orientation");
    if (exif != metadata_.end()) {
      if (exif->second != "false" && exif->second != "true") fail("exif_orientation");
      input.exif_orientation = exif->second == "true";
    }
    return input;
  }

 private:
  [[noreturn]] void fail(const std::string& key) const {
    throw InvalidInput(where_ + ": its metadata are damaged: '" + key + "'");
  }

  const std::string& text(const std::string& key) const {
    const auto found = metadata_.find(key);
    if (found == metadata_.end()) fail(key);
    return found->second;
  }

  template <class Number>
  Number number(const std::string& key, std::string_view digits) const {
    Number value{};
    const auto* const end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, value);
    if (error != std::errc() || rest != end) fail(key);
    return value;
  }

  int size(const std::string& key) const {
    const auto value = number<int>(key, text(key));
    if (value < 1 || value > kLargestInput) fail(key);
    return value;
  }

  std::vector<float> numbers(const std::string& key) const {
    std::vector<float> values;
    for (std::string_view rest = text(key);;) {
      const auto comma = rest.find(',');
      values.push_back(number<float>(key, rest.substr(0, comma)));
      if (!std::isfinite(values.back())) fail(key);
      if (comma == std::string_view::npos) return values;
      rest.remove_prefix(comma + 1);
    }
  }

  std::vector<std::string> classes() const {
    const auto list = Json::parse(text("classes"), nullptr, false);
    const auto is_text = [](const Json& item) { return item.is_string(); };
    if (!list.is_array() || !std::ranges::all_of(list, is_text)) fail("classes");
    auto names = list.get<std::vector<std::string>>();
    if (repeated(names)) fail("classes");
    return names;
  }

  const Metadata& metadata_;
  const std::string& where_;
};

}  // namespace

Metadata input_metadata(const NetworkInput& input) {
  // Class names may be folder names, which need not be UTF-8, but JSON must be.
  const auto classes = Json(input.classes).dump(-1, ' ', false, Json::error_handler_t::replace);
  Metadata metadata = {{"height", std::to_string(input.height)},
                       {"width", std::to_string(input.width)},
                       {"mean", comma_separated(input.normalization.mean)},
                       {"std", comma_separated(input.normalization.std)},
                       {"classes", classes}};
  if (input.short_side != 0) metadata["short_side"] = std::to_string(input.short_side);
  if (!input.exif_orientation) metadata["exif_orientation"] = "false";
  return metadata;
}

std::optional<NetworkInput> read_input(const Metadata& metadata, const std::string& where) {
  if (!metadata.contains("mean")) return std::nullopt;
  return MetadataReader(metadata, where).read();
}

}  // namespace reslab
