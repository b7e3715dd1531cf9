#include "reslab/data/image_file.h"

#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/data/image_decoders.h"
#include "reslab/data/jpeg.h"
#include "reslab/data/orientation.h"

namespace reslab {
namespace {

constexpr std::uint64_t kLargestFile = std::uint64_t{1} << 30;

/// A format beside JPEG. `decode` is null if ResLab was built without `library`.
struct ImageFormat {
  const char* name;
  const char* library;
  bool (*matches)(std::span<const std::byte> bytes);
  DecodedImage (*decode)(std::span<const std::byte> bytes, const std::string& where);
};

bool is_png(std::span<const std::byte> bytes) {
  return begins_with(bytes, {"\x89PNG\r\n\x1a\n", 8});
}

bool is_webp(std::span<const std::byte> bytes) {
  return bytes.size() >= 12 && begins_with(bytes, "RIFF") && begins_with(bytes.subspan(8), "WEBP");
}

bool is_gif(std::span<const std::byte> bytes) {
  return begins_with(bytes, "GIF87a") || begins_with(bytes, "GIF89a");
}

bool is_tiff(std::span<const std::byte> bytes) {
  return begins_with(bytes, {"II*\0", 4}) || begins_with(bytes, {"MM\0*", 4}) ||
         begins_with(bytes, {"II+\0", 4}) || begins_with(bytes, {"MM\0+", 4});
}

bool is_bmp(std::span<const std::byte> bytes) { return begins_with(bytes, "BM"); }

bool is_pnm(std::span<const std::byte> bytes) {
  return bytes.size() >= 2 && bytes[0] == std::byte{'P'} && bytes[1] >= std::byte{'1'} &&
         bytes[1] <= std::byte{'6'};
}

constexpr std::array<ImageFormat, 6> kFormats = {{
    {"PNG", "spng", is_png, RESLAB_HAS_SPNG ? decode_png : nullptr},
    {"WebP", "libwebp", is_webp, RESLAB_HAS_LIBWEBPDEMUX ? decode_webp : nullptr},
    {"GIF", "giflib", is_gif, RESLAB_HAS_LIBGIF ? decode_gif : nullptr},
    {"TIFF", "libtiff", is_tiff, RESLAB_HAS_LIBTIFF_4 ? decode_tiff : nullptr},
    {"BMP", "", is_bmp, decode_bmp},
    {"PPM", "", is_pnm, decode_pnm},
}};

DecodedImage decode(std::span<const std::byte> bytes, const std::string& where) {
  for (const auto& format : kFormats) {
    if (!format.matches(bytes)) continue;
    if (format.decode) return format.decode(bytes, where);
    throw InvalidInput(where + ": a " + format.name + " file, but ResLab was built without " +
                       format.library);
  }
  if (bytes.empty()) throw InvalidInput(where + ": an empty file");
  constexpr std::size_t kBrand = 4;  // bytes before it are the size of a box
  if (bytes.size() > kBrand && begins_with(bytes.subspan(kBrand), "ftyp"))
    throw InvalidInput(where +
                       ": a HEIC, AVIF or video file; expected it converted to JPEG or PNG");
  throw InvalidInput(where +
                     ": not an image; expected JPEG, PNG, WebP, GIF, TIFF, BMP, PPM or PGM");
}

}  // namespace

bool begins_with(std::span<const std::byte> bytes, std::string_view start) {
  return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size())
      .starts_with(start);
}

void check_image_size(std::int64_t height, std::int64_t width, const std::string& where) {
  if (height < 1 || width < 1 || height > kLargestSide || width > kLargestSide ||
      height * width > kLargestImage)
    throw InvalidInput(where + ": an image of " + std::to_string(width) + "x" +
                       std::to_string(height) + " pixels; expected at most " +
                       std::to_string(kLargestSide) + " per side and " +
                       std::to_string(kLargestImage) + " in total");
}

Image decode_image(std::span<const std::byte> bytes, const std::string& where,
                   const ImageReading& reading) {
  DecodedImage decoded;
  if (is_jpeg(bytes)) {
    const auto size = jpeg_size(bytes, where, reading.short_side, reading.upright);
    decode_jpeg(bytes, where, size, {0, 0, size.height, size.width}, decoded.image);
  } else {
    decoded = decode(bytes, where);
    if (reading.upright) make_upright(decoded.image, decoded.orientation);
  }
  if (reading.grey) make_grey(decoded.image);
  return std::move(decoded.image);
}

std::vector<std::byte> read_image_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
    throw InvalidInput(path + ": not a regular file; expected an image");
  if (const auto size = std::filesystem::file_size(path, error); !error && size > kLargestFile)
    throw InvalidInput(path + ": " + std::to_string(size) + " bytes; expected at most " +
                       std::to_string(kLargestFile));
  try {
    return read_file(path);
  } catch (const IoError& unreadable) {
    throw InvalidInput(unreadable.what());
  }
}

Image read_image(const std::string& path, const ImageReading& reading) {
  return decode_image(read_image_file(path), path, reading);
}

}  // namespace reslab
