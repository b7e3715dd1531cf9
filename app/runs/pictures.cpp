#include "app/runs/pictures.h"

#include <limits>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "app/config/json.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"

namespace reslab::app {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Throws std::invalid_argument for a text that is not base64.
std::vector<std::byte> from_base64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::vector<std::byte> bytes;
  std::uint32_t bits = 0;
  int known = 0;
  for (const char c : text) {
    const auto digit = kDigits.find(c);
    if (digit == std::string_view::npos) throw std::invalid_argument("no base64");
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    known += 6;
    if (known < 8) continue;
    known -= 8;
    bytes.push_back(static_cast<std::byte>(bits >> known & 0xFFU));
  }
  return bytes;
}

Json picture_json(const Picture& picture) {
  return {{"height", picture.height}, {"width", picture.width}, {"png", to_base64(picture.png)}};
}

/// Returns the integer of the key. Throws std::invalid_argument unless it is from 0 to `most`.
std::int64_t integer_at(const Json& json, const char* key,
                        std::int64_t most = std::numeric_limits<std::int64_t>::max()) {
  const auto& value = json.at(key);
  if (!value.is_number_unsigned() || std::cmp_greater(value.get<std::uint64_t>(), most))
    throw std::invalid_argument(key);
  return value.get<std::int64_t>();
}

Picture picture_of(const Json& json) {
  constexpr std::int64_t kLongestSide = 1 << 16;  // pixels
  return {static_cast<int>(integer_at(json, "height", kLongestSide)),
          static_cast<int>(integer_at(json, "width", kLongestSide)),
          from_base64(json.at("png").get_ref<const std::string&>())};
}

RunPictures pictures_of(const Json& json) {
  RunPictures pictures;
  pictures.iteration = integer_at(json, "iteration");
  pictures.images = integer_at(json, "test_images");
  pictures.misclassified = integer_at(json, "misclassified");
  for (const auto& image : json.at("surest_misclassified"))
    pictures.surest.push_back({integer_at(image, "index"), integer_at(image, "label"),
                               integer_at(image, "predicted"), image.at("probability"),
                               picture_of(image.at("picture"))});
  pictures.filter_layer = json.at("filter_layer");
  for (const auto& filter : json.at("filters")) pictures.filters.push_back(picture_of(filter));
  return pictures;
}

}  // namespace

void write_pictures(const std::filesystem::path& file, const RunPictures& pictures) {
  Json json = {{"iteration", pictures.iteration},         {"test_images", pictures.images},
               {"misclassified", pictures.misclassified}, {"surest_misclassified", Json::array()},
               {"filter_layer", pictures.filter_layer},   {"filters", Json::array()}};
  for (const auto& image : pictures.surest)
    json["surest_misclassified"].push_back({{"index", image.index},
                                            {"label", image.label},
                                            {"predicted", image.predicted},
                                            {"probability", image.probability},
                                            {"picture", picture_json(image.picture)}});
  for (const auto& filter : pictures.filters) json["filters"].push_back(picture_json(filter));
  write_text(file, json.dump(1) + "\n");
}

RunPictures read_pictures(const std::filesystem::path& file) {
  const auto json = read_json(file.string());
  try {
    return pictures_of(json);
  } catch (const InvalidInput&) {
    throw;
  } catch (const std::exception&) {  // the library's message is not for users
    throw InvalidInput(file.string() + ": damaged, expected pictures that 'reslab run' wrote");
  }
}

std::string class_name(const std::vector<std::string>& names, std::int64_t label) {
  const auto index = static_cast<std::size_t>(label);
  return index < names.size() ? names[index] : std::to_string(label);
}

std::string to_base64(const std::vector<std::byte>& bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t j = i; j < i + 3; ++j)
      bits = bits << 8 | (j < bytes.size() ? std::to_integer<std::uint32_t>(bytes[j]) : 0U);
    for (std::size_t digit = 0; digit < 4; ++digit)
      text += i + digit <= bytes.size() ? kDigits[bits >> (18 - 6 * digit) & 0x3FU] : '=';
  }
  return text;
}

}  // namespace reslab::app
