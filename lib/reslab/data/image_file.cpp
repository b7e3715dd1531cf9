#include "reslab/data/image_file.h"

#include <array>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#ifdef RESLAB_HAS_SPNG
#include <spng.h>
#endif

#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/data/jpeg.h"

namespace reslab {
namespace {

constexpr std::uint64_t kLargestFile = std::uint64_t{1} << 30;
constexpr std::array<std::uint8_t, 8> kPngStart = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

bool is_png(std::span<const std::byte> bytes) {
  return bytes.size() >= kPngStart.size() &&
         std::memcmp(bytes.data(), kPngStart.data(), kPngStart.size()) == 0;
}

Image decode_whole_jpeg(std::span<const std::byte> bytes, const std::string& where,
                        int short_side) {
  const auto size = jpeg_size(bytes, where, short_side);
  Image image;
  decode_jpeg(bytes, where, size.divisor, {0, 0, size.height, size.width}, image);
  return image;
}

#ifdef RESLAB_HAS_SPNG
Image decode_png(std::span<const std::byte> bytes, const std::string& where) {
  const std::unique_ptr<spng_ctx, void (*)(spng_ctx*)> decoder(spng_ctx_new(0), &spng_ctx_free);
  const auto check = [&](int error) {
    if (error != 0)
      throw InvalidInput(where + ": a damaged PNG file (" + spng_strerror(error) + ")");
  };
  check(spng_set_png_buffer(decoder.get(), bytes.data(), bytes.size()));
  spng_ihdr header{};
  check(spng_get_ihdr(decoder.get(), &header));
  check_image_size(header.height, header.width, where);
  Image image{static_cast<int>(header.height), static_cast<int>(header.width), {}};
  image.pixels.resize(std::size_t{header.height} * header.width * 3);
  check(
      spng_decode_image(decoder.get(), image.pixels.data(), image.pixels.size(), SPNG_FMT_RGB8, 0));
  return image;
}
#else
Image decode_png(std::span<const std::byte>, const std::string& where) {
  throw InvalidInput(where + ": a PNG file, but ResLab was built without spng");
}
#endif

}  // namespace

void check_image_size(std::int64_t height, std::int64_t width, const std::string& where) {
  if (height < 1 || width < 1 || height > kLargestSide || width > kLargestSide ||
      height * width > kLargestImage)
    throw InvalidInput(where + ": an image of " + std::to_string(width) + "x" +
                       std::to_string(height) + " pixels; expected at most " +
                       std::to_string(kLargestSide) + " per side and " +
                       std::to_string(kLargestImage) + " in total");
}

Image decode_image(std::span<const std::byte> bytes, const std::string& where, int short_side) {
  if (is_jpeg(bytes)) return decode_whole_jpeg(bytes, where, short_side);
  if (is_png(bytes)) return decode_png(bytes, where);
  throw InvalidInput(where + ": neither a JPEG nor a PNG file");
}

std::vector<std::byte> read_image_file(const std::string& path) {
  std::error_code error;
  if (const auto size = std::filesystem::file_size(path, error); !error && size > kLargestFile)
    throw InvalidInput(path + ": " + std::to_string(size) + " bytes; expected at most " +
                       std::to_string(kLargestFile));
  return read_file(path);
}

Image read_image(const std::string& path, int short_side) {
  return decode_image(read_image_file(path), path, short_side);
}

}  // namespace reslab
