#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "reslab/base/error.h"
#include "reslab/data/image_decoders.h"
#include "reslab/data/image_file.h"

namespace reslab {
namespace {

using Colour = std::array<std::uint8_t, 3>;

/// Reads the file's header and pixels. The file's numbers are little-endian.
class BmpReader {
 public:
  BmpReader(std::span<const std::byte> bytes, const std::string& where)
      : bytes_(bytes), where_(where) {}

  Image read() {
    read_header();
    Image image{static_cast<int>(height_), static_cast<int>(width_), {}};
    image.pixels.resize(3 * static_cast<std::size_t>(height_ * width_));
    const auto indices = is_run_length_encoded() ? read_runs() : std::vector<std::uint8_t>();
    for (std::int64_t row = 0; row < height_; ++row) {
      auto* to = image.pixels.data() + 3 * (top_down_ ? row : height_ - 1 - row) * width_;
      for (std::int64_t x = 0; x < width_; ++x)
        for (const auto value : indices.empty()
                                    ? colour(row, x)
                                    : palette_[indices[static_cast<std::size_t>(row * width_ + x)]])
          *to++ = value;
    }
    return image;
  }

 private:
  // Compressions.
  static constexpr std::uint32_t kNone = 0;
  static constexpr std::uint32_t kRuns8 = 1;
  static constexpr std::uint32_t kRuns4 = 2;
  static constexpr std::uint32_t kBitFields = 3;

  [[noreturn]] void fail(const std::string& why) const {
    throw InvalidInput(where_ + ": a damaged BMP file (" + why + ")");
  }

  std::uint32_t number(std::size_t at, std::size_t size) const {
    if (at > bytes_.size() || size > bytes_.size() - at) fail("it ends too early");
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value |= std::to_integer<std::uint32_t>(bytes_[at + i]) << 8 * i;
    return value;
  }

  bool is_run_length_encoded() const { return compression_ == kRuns8 || compression_ == kRuns4; }

  void read_header() {
    const std::size_t header = number(14, 4);
    const bool old = header == 12;  // of OS/2
    if (!old && (header < 40 || header > 124)) fail("unknown header");
    width_ = old ? number(18, 2) : number(18, 4);
    height_ = old ? std::int64_t{number(20, 2)}
                  : static_cast<std::int32_t>(number(22, 4));  // negative: from the top
    top_down_ = height_ < 0;
    height_ = top_down_ ? -height_ : height_;
    check_image_size(height_, width_, where_);
    bits_ = number(old ? 24 : 28, 2);
    compression_ = old ? kNone : number(30, 4);
    const bool known =
        bits_ == 1 || bits_ == 4 || bits_ == 8 || bits_ == 16 || bits_ == 24 || bits_ == 32;
    if (!known || compression_ > kBitFields || (compression_ == kRuns8 && bits_ != 8) ||
        (compression_ == kRuns4 && bits_ != 4) || (compression_ == kBitFields && bits_ < 16))
      fail(std::to_string(bits_) + " bits per pixel, compression " + std::to_string(compression_));
    auto pixels = std::size_t{number(10, 4)};
    auto at = 14 + header;
    if (compression_ == kBitFields)
      for (std::size_t c = 0; c < 3; ++c) masks_[c] = number(54 + 4 * c, 4);
    if (masks_ == std::array<std::uint32_t, 3>{})
      masks_ =
          bits_ == 16 ? std::array{0x7c00U, 0x3e0U, 0x1fU} : std::array{0xff0000U, 0xff00U, 0xffU};
    if (bits_ <= 8) {
      const std::size_t entry = old ? 3 : 4;
      auto colours = old ? 0U : number(46, 4);
      if (colours == 0 || colours > 256) colours = 1U << bits_;
      if (pixels > at)
        colours =
            std::min<std::uint32_t>(colours, static_cast<std::uint32_t>((pixels - at) / entry));
      for (std::size_t i = 0; i < colours; ++i, at += entry)
        for (std::size_t c = 0; c < 3; ++c)
          palette_[i][c] = static_cast<std::uint8_t>(number(at + 2 - c, 1));
    }
    first_ = std::max(pixels, at);
    stride_ = (static_cast<std::size_t>(width_) * bits_ + 31) / 32 * 4;
    if (!is_run_length_encoded())
      number(first_ + stride_ * static_cast<std::size_t>(height_) - 1, 1);
  }

  /// The colour of a pixel that is stored without run-length encoding.
  Colour colour(std::int64_t row, std::int64_t x) const {
    const auto line = first_ + stride_ * static_cast<std::size_t>(row);
    const auto bit = static_cast<std::size_t>(x) * bits_;
    const auto value = number(line + bit / 8, (bits_ + 7) / 8);
    if (bits_ < 8) return palette_[(value >> (8 - bits_ - bit % 8)) & ((1U << bits_) - 1)];
    if (bits_ == 8) return palette_[value];
    Colour result{};
    for (std::size_t c = 0; c < 3; ++c) {
      if (masks_[c] == 0) continue;
      const auto shift = std::countr_zero(masks_[c]);
      result[c] = static_cast<std::uint8_t>(std::uint64_t{(value & masks_[c]) >> shift} * 255 /
                                            (masks_[c] >> shift));
    }
    return result;
  }

  /// The palette's indices of all pixels, from the first row of the file on.
  std::vector<std::uint8_t> read_runs() const {
    std::vector<std::uint8_t> indices(static_cast<std::size_t>(height_ * width_));
    const bool half_bytes = compression_ == kRuns4;
    std::int64_t x = 0;
    std::int64_t y = 0;
    auto at = first_;
    const auto put = [&](std::uint32_t byte, std::uint32_t i) {
      const auto index = !half_bytes ? byte : i % 2 == 0 ? byte >> 4 : byte & 15;
      if (x < width_ && y < height_)
        indices[static_cast<std::size_t>(y * width_ + x)] = static_cast<std::uint8_t>(index);
      ++x;
    };
    while (y < height_) {
      const auto count = number(at, 1);
      const auto value = number(at + 1, 1);
      at += 2;
      if (count > 0) {
        for (std::uint32_t i = 0; i < count; ++i) put(value, i);
      } else if (value == 0) {  // end of the row
        x = 0;
        ++y;
      } else if (value == 1) {  // end of the image
        break;
      } else if (value == 2) {  // moves on
        x += number(at, 1);
        y += number(at + 1, 1);
        at += 2;
      } else {  // `value` pixels that are not a run
        for (std::uint32_t i = 0; i < value; ++i) put(number(at + (half_bytes ? i / 2 : i), 1), i);
        const auto used = half_bytes ? (value + 1) / 2 : value;
        at += used + used % 2;
      }
    }
    return indices;
  }

  std::span<const std::byte> bytes_;
  const std::string& where_;
  std::int64_t height_ = 0;
  std::int64_t width_ = 0;
  bool top_down_ = false;
  std::uint32_t bits_ = 0;  // per pixel
  std::uint32_t compression_ = kNone;
  std::array<std::uint32_t, 3> masks_{};  // the bits of red, green and blue
  std::array<Colour, 256> palette_{};
  std::size_t first_ = 0;   // place of the pixels in the file
  std::size_t stride_ = 0;  // bytes from row to row
};

}  // namespace

DecodedImage decode_bmp(std::span<const std::byte> bytes, const std::string& where) {
  return {BmpReader(bytes, where).read()};
}

}  // namespace reslab
