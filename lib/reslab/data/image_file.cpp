#include "reslab/data/image_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>

#include <spng.h>
#include <turbojpeg.h>

#include "reslab/error.h"
#include "reslab/file.h"

namespace reslab {
namespace {

constexpr std::uint64_t kLargestFile = std::uint64_t{1} << 30;
constexpr std::array<std::uint8_t, 3> kJpegStart = {0xff, 0xd8, 0xff};
constexpr std::array<std::uint8_t, 8> kPngStart = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

template <std::size_t N>
bool starts_with(std::span<const std::byte> bytes, const std::array<std::uint8_t, N>& start) {
  return bytes.size() >= N && std::memcmp(bytes.data(), start.data(), N) == 0;
}

void check_size(std::int64_t height, std::int64_t width, const std::string& where) {
  if (height < 1 || width < 1 || height > kLargestSide || width > kLargestSide ||
      height * width > kLargestImage)
    throw InvalidInput(where + ": an image of " + std::to_string(width) + "x" +
                       std::to_string(height) + " pixels; at most " + std::to_string(kLargestSide) +
                       " a side and " + std::to_string(kLargestImage) + " in all are taken");
}

Image empty_image(std::int64_t height, std::int64_t width) {
  Image image;
  image.height = static_cast<int>(height);
  image.width = static_cast<int>(width);
  image.pixels.resize(static_cast<std::size_t>(height * width * 3));
  return image;
}

// Adobe stores 255 − ink, so light times light is what the paper shows.
void cmyk_to_rgb(const std::vector<std::uint8_t>& cmyk, std::vector<std::uint8_t>& rgb) {
  for (std::size_t i = 0; i < rgb.size() / 3; ++i)
    for (std::size_t c = 0; c < 3; ++c)
      rgb[3 * i + c] = static_cast<std::uint8_t>((cmyk[4 * i + c] * cmyk[4 * i + 3] + 127) / 255);
}

struct JpegSize {
  int width = 0;
  int height = 0;
};

/// The smallest size that the decoder gives whose shorter side has so many pixels; 0: the whole
/// one.
JpegSize decoded_size(JpegSize whole, int short_side) {
  if (short_side <= 0) return whole;
  auto smallest = whole;
  int count = 0;
  const auto* factors = tjGetScalingFactors(&count);
  for (int i = 0; i < count; ++i) {
    const JpegSize size{TJSCALED(whole.width, factors[i]), TJSCALED(whole.height, factors[i])};
    if (std::min(size.width, size.height) >= short_side && size.width < smallest.width)
      smallest = size;
  }
  return smallest;
}

Image decode_jpeg(std::span<const std::byte> bytes, const std::string& where, int short_side) {
  const std::unique_ptr<void, int (*)(void*)> decoder(tjInitDecompress(), &tjDestroy);
  const auto damaged = [&] {
    return InvalidInput(where + ": a damaged JPEG file (" + tjGetErrorStr2(decoder.get()) + ")");
  };
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto size = static_cast<unsigned long>(bytes.size());
  JpegSize whole;
  int subsampling = 0;
  int colours = 0;
  if (tjDecompressHeader3(decoder.get(), data, size, &whole.width, &whole.height, &subsampling,
                          &colours) != 0)
    throw damaged();
  check_size(whole.height, whole.width, where);
  const auto [width, height] = decoded_size(whole, short_side);
  auto image = empty_image(height, width);
  const bool cmyk = colours == TJCS_CMYK || colours == TJCS_YCCK;
  std::vector<std::uint8_t> four(cmyk ? image.pixels.size() / 3 * 4 : 0);
  const auto failed =
      tjDecompress2(decoder.get(), data, size, cmyk ? four.data() : image.pixels.data(), width, 0,
                    height, cmyk ? TJPF_CMYK : TJPF_RGB, TJFLAG_LIMITSCANS);
  // A warning leaves part of the image grey, except this one: bytes between two segments are
  // harmless, and some files of ImageNet have them.
  if (failed != 0 && (tjGetErrorCode(decoder.get()) != TJERR_WARNING ||
                      std::string_view(tjGetErrorStr2(decoder.get())).find("extraneous bytes") ==
                          std::string_view::npos))
    throw damaged();
  if (cmyk) cmyk_to_rgb(four, image.pixels);
  return image;
}

Image decode_png(std::span<const std::byte> bytes, const std::string& where) {
  const std::unique_ptr<spng_ctx, void (*)(spng_ctx*)> decoder(spng_ctx_new(0), &spng_ctx_free);
  const auto check = [&](int error) {
    if (error != 0)
      throw InvalidInput(where + ": a damaged PNG file (" + spng_strerror(error) + ")");
  };
  check(spng_set_png_buffer(decoder.get(), bytes.data(), bytes.size()));
  spng_ihdr header{};
  check(spng_get_ihdr(decoder.get(), &header));
  check_size(header.height, header.width, where);
  auto image = empty_image(header.height, header.width);
  check(
      spng_decode_image(decoder.get(), image.pixels.data(), image.pixels.size(), SPNG_FMT_RGB8, 0));
  return image;
}

}  // namespace

Image decode_image(std::span<const std::byte> bytes, const std::string& where, int short_side) {
  if (starts_with(bytes, kJpegStart)) return decode_jpeg(bytes, where, short_side);
  if (starts_with(bytes, kPngStart)) return decode_png(bytes, where);
  throw InvalidInput(where + ": neither a JPEG nor a PNG file");
}

Image read_image(const std::string& path, int short_side) {
  std::error_code error;
  if (const auto size = std::filesystem::file_size(path, error); !error && size > kLargestFile)
    throw InvalidInput(path + ": " + std::to_string(size) + " bytes; an image has at most " +
                       std::to_string(kLargestFile));
  return decode_image(read_file(path), path, short_side);
}

}  // namespace reslab
