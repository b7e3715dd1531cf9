#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "reslab/base/error.h"
#include "reslab/data/image_decoders.h"
#include "reslab/data/image_file.h"

namespace reslab {
namespace {

/// Reads PBM, PGM and PPM files (https://netpbm.sourceforge.net/doc/).
class PnmReader {
 public:
  PnmReader(std::span<const std::byte> bytes, const std::string& where)
      : bytes_(bytes), where_(where) {}

  Image read() {
    const auto kind = byte(1) - '0';  // 1 to 6
    const bool plain = kind <= 3;
    const bool bitmap = kind == 1 || kind == 4;
    const int channels = kind == 3 || kind == 6 ? 3 : 1;
    const auto width = header_number();
    const auto height = header_number();
    check_image_size(height, width, where_);
    const auto largest = bitmap ? 1 : header_number();
    if (largest < 1 || largest > 65535) fail("largest value " + std::to_string(largest));
    if (!plain) ++at_;  // exactly one white space ends the header
    const auto count = static_cast<std::size_t>(height * width * channels);
    // Each sample takes at least a bit, so that a small file cannot ask for much memory.
    if (bytes_.size() - std::min(at_, bytes_.size()) < count / 8) fail("it ends too early");
    std::vector<std::uint8_t> samples(count);
    for (std::size_t i = 0; i < count; ++i) {
      if (plain)
        samples[i] = bitmap ? plain_bit() : plain_sample(largest);
      else if (bitmap)
        samples[i] = raw_bit(i, static_cast<std::size_t>(width));
      else
        samples[i] = scaled(raw_number(largest > 255 ? 2 : 1), largest);
    }
    Image image{static_cast<int>(height), static_cast<int>(width), std::move(samples)};
    if (channels == 3) return image;
    std::vector<std::uint8_t> grey(3 * count);
    for (std::size_t k = 0; k < grey.size(); ++k) grey[k] = image.pixels[k / 3];
    image.pixels = std::move(grey);
    return image;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw InvalidInput(where_ + ": a damaged PPM, PGM or PBM file (" + why + ")");
  }

  int byte(std::size_t at) const {
    if (at >= bytes_.size()) fail("it ends too early");
    return std::to_integer<int>(bytes_[at]);
  }

  static bool is_space(int c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
  static bool is_digit(int c) { return c >= '0' && c <= '9'; }

  /// Goes to the next byte that is neither white space nor part of a comment.
  void skip_spaces() {
    for (; is_space(byte(at_)) || byte(at_) == '#'; ++at_)
      if (byte(at_) == '#')
        while (byte(at_) != '\n' && byte(at_) != '\r') ++at_;
  }

  std::int64_t plain_number() {
    skip_spaces();
    if (!is_digit(byte(at_))) fail("a number is expected");
    std::int64_t number = 0;
    for (; at_ < bytes_.size() && is_digit(byte(at_)) && number < 1'000'000; ++at_)
      number = 10 * number + byte(at_) - '0';
    return number;
  }

  std::int64_t header_number() {
    if (at_ == 2 && !is_space(byte(at_)) && byte(at_) != '#') fail("a space is expected");
    return plain_number();
  }

  std::uint8_t plain_bit() {
    skip_spaces();
    const auto digit = byte(at_++);
    if (digit != '0' && digit != '1') fail("0 or 1 is expected");
    return digit == '1' ? 0 : 255;
  }

  /// Sample `i` of a bitmap, whose rows are padded to whole bytes. 1 is black.
  std::uint8_t raw_bit(std::size_t i, std::size_t width) const {
    const auto x = i % width;
    const auto bits = byte(at_ + i / width * ((width + 7) / 8) + x / 8);
    return (bits >> (7 - x % 8) & 1) != 0 ? 0 : 255;
  }

  std::int64_t raw_number(int size) {
    std::int64_t number = 0;
    for (int i = 0; i < size; ++i) number = 256 * number + byte(at_++);
    return number;
  }

  std::uint8_t plain_sample(std::int64_t largest) {
    const auto value = plain_number();
    if (value > largest) fail(std::to_string(value) + " is above " + std::to_string(largest));
    return scaled(value, largest);
  }

  /// Rounds halves to even numbers, like Pillow.
  static std::uint8_t scaled(std::int64_t value, std::int64_t largest) {
    const auto share = static_cast<double>(std::min(value, largest)) / static_cast<double>(largest);
    return static_cast<std::uint8_t>(std::nearbyint(share * 255));
  }

  std::span<const std::byte> bytes_;
  const std::string& where_;
  std::size_t at_ = 2;
};

}  // namespace

DecodedImage decode_pnm(std::span<const std::byte> bytes, const std::string& where) {
  return {PnmReader(bytes, where).read()};
}

}  // namespace reslab
