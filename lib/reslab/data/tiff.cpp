#if RESLAB_HAS_LIBTIFF_4

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstring>
#include <functional>
#include <memory>
#include <vector>

#include <tiffio.h>

#include "reslab/base/error.h"
#include "reslab/data/image_decoders.h"
#include "reslab/data/image_file.h"

namespace reslab {
namespace {

constexpr tmsize_t kLargestBlock = tmsize_t{1} << 30;  // bytes of a strip or tile

/// A file in memory.
struct TiffSource {
  std::span<const std::byte> bytes;
  toff_t at = 0;
};

TiffSource& source_of(thandle_t handle) { return *static_cast<TiffSource*>(handle); }

tmsize_t read_tiff(thandle_t handle, void* to, tmsize_t size) {
  auto& source = source_of(handle);
  const auto rest = source.bytes.size() - std::min<std::size_t>(source.at, source.bytes.size());
  const auto count = std::min(static_cast<std::size_t>(std::max<tmsize_t>(size, 0)), rest);
  if (count > 0) std::memcpy(to, source.bytes.data() + source.at, count);
  source.at += count;
  return static_cast<tmsize_t>(count);
}

tmsize_t write_tiff(thandle_t, void*, tmsize_t) { return 0; }

toff_t seek_tiff(thandle_t handle, toff_t offset, int whence) {
  auto& source = source_of(handle);
  const toff_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? source.at : source.bytes.size();
  return source.at = base + offset;
}

toff_t size_of_tiff(thandle_t handle) { return source_of(handle).bytes.size(); }

int ignore_message(TIFF*, void*, const char*, const char*, va_list) { return 1; }

TIFF* open_tiff(TiffSource& source) {
  const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> options(TIFFOpenOptionsAlloc(),
                                                                             &TIFFOpenOptionsFree);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), kLargestBlock);
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), &ignore_message, nullptr);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), &ignore_message, nullptr);
  return TIFFClientOpenExt(
      "", "rm", &source, &read_tiff, &write_tiff, &seek_tiff, [](thandle_t) { return 0; },
      &size_of_tiff, nullptr, nullptr, options.get());
}

/// The description of the samples in a file, which are stored in blocks: strips or tiles.
struct TiffLayout {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint16_t bits = 0;
  std::uint16_t samples = 0;  // per pixel
  std::uint16_t photometric = 0;
  std::uint16_t orientation = 0;
  std::uint32_t block_width = 0;
  std::uint32_t block_height = 0;
  bool planes = false;         // each sample has blocks of its own
  bool premultiplied = false;  // the colours are multiplied by the fourth sample
};

TiffLayout layout_of(TIFF* tiff, const std::string& where) {
  TiffLayout layout;
  std::uint16_t planar = 0;
  std::uint16_t format = 0;
  std::uint16_t compression = 0;
  std::uint16_t extra_count = 0;
  const std::uint16_t* extra = nullptr;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &layout.width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &layout.height);
  check_image_size(layout.height, layout.width, where);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &layout.bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &layout.samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &layout.orientation);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planar);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &format);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &compression);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &extra_count, &extra);
  if (!TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &layout.photometric))
    layout.photometric = layout.samples < 3 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB;
  if (layout.photometric == PHOTOMETRIC_YCBCR && compression == COMPRESSION_JPEG) {
    TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    layout.photometric = PHOTOMETRIC_RGB;
  }
  layout.planes = planar == PLANARCONFIG_SEPARATE && layout.samples > 1;
  layout.premultiplied = layout.samples == 4 && extra_count == 1 &&
                         extra[0] == EXTRASAMPLE_ASSOCALPHA && layout.bits == 8;
  if (TIFFIsTiled(tiff)) {
    TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &layout.block_width);
    TIFFGetField(tiff, TIFFTAG_TILELENGTH, &layout.block_height);
  } else {
    layout.block_width = layout.width;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &layout.block_height);
    layout.block_height = std::min(layout.block_height, layout.height);
  }
  constexpr std::array kBits = {1, 2, 4, 8, 16};
  const auto least = layout.photometric == PHOTOMETRIC_RGB         ? 3
                     : layout.photometric == PHOTOMETRIC_SEPARATED ? 4
                                                                   : 1;
  if (format != SAMPLEFORMAT_UINT || std::ranges::find(kBits, layout.bits) == kBits.end() ||
      layout.samples < least || layout.photometric > PHOTOMETRIC_SEPARATED ||
      layout.photometric == PHOTOMETRIC_MASK)
    throw InvalidInput(
        where + ": a TIFF file of " + std::to_string(layout.samples) + " samples of " +
        std::to_string(layout.bits) + " bits in format " + std::to_string(format) +
        ", colour model " + std::to_string(layout.photometric) +
        "; expected grey, RGB, palette or CMYK in unsigned integers of up to 16 bits");
  return layout;
}

/// The first four samples of every pixel: indices of a palette as they are, other values scaled to
/// 8 bits.
std::vector<std::uint8_t> read_samples(TIFF* tiff, const TiffLayout& layout,
                                       const std::function<InvalidInput()>& damaged) {
  const auto stored = layout.planes ? std::size_t{1} : layout.samples;  // in a pixel of a block
  const auto row_bytes = (layout.block_width * stored * layout.bits + 7) / 8;
  const bool tiled = TIFFIsTiled(tiff) != 0;
  const auto size = tiled ? TIFFTileSize(tiff) : TIFFStripSize(tiff);
  if (size < 1 || size > kLargestBlock ||
      static_cast<std::size_t>(size) < row_bytes * layout.block_height)
    throw damaged();
  const bool indices = layout.photometric == PHOTOMETRIC_PALETTE;
  const unsigned scale = layout.bits >= 8 || indices ? 1 : 255 / ((1U << layout.bits) - 1);
  const auto sample_at = [&](const std::uint8_t* row, std::size_t i) {
    if (layout.bits == 8) return row[i];
    if (layout.bits == 16) {
      std::uint16_t sample = 0;
      std::memcpy(&sample, row + 2 * i, 2);
      return static_cast<std::uint8_t>(indices ? sample : sample >> 8);
    }
    const auto bit = i * layout.bits;
    const auto value = (row[bit / 8] >> (8 - layout.bits - bit % 8)) & ((1U << layout.bits) - 1);
    return static_cast<std::uint8_t>(value * scale);
  };
  std::vector<std::uint8_t> samples(std::size_t{4} * layout.height * layout.width);
  std::vector<std::uint8_t> block(static_cast<std::size_t>(size));
  const auto kept = std::min<std::size_t>(layout.samples, 4);
  for (std::size_t plane = 0; plane < (layout.planes ? kept : 1); ++plane)
    for (std::uint32_t top = 0; top < layout.height; top += layout.block_height)
      for (std::uint32_t left = 0; left < layout.width; left += layout.block_width) {
        const auto number = static_cast<std::uint16_t>(plane);
        const auto rows = std::min(layout.block_height, layout.height - top);
        const auto columns = std::min(layout.block_width, layout.width - left);
        const auto read = tiled ? TIFFReadTile(tiff, block.data(), left, top, 0, number)
                                : TIFFReadEncodedStrip(tiff, TIFFComputeStrip(tiff, top, number),
                                                       block.data(), size);
        if (read < static_cast<tmsize_t>(row_bytes * rows)) throw damaged();
        for (std::uint32_t y = 0; y < rows; ++y) {
          const auto* row = block.data() + y * row_bytes;
          auto* to = samples.data() + 4 * (std::size_t{top + y} * layout.width + left) + plane;
          for (std::uint32_t x = 0; x < columns; ++x, to += 4)
            for (std::size_t c = 0; c < std::min(stored, kept); ++c)
              to[c] = sample_at(row, x * stored + c);
        }
      }
  return samples;
}

/// The colour of a pixel with these four samples.
std::array<std::uint8_t, 3> colour_of(const std::uint8_t* pixel, const TiffLayout& layout,
                                      const std::array<std::uint16_t*, 3>& palette) {
  std::array<std::uint8_t, 3> colour{};
  for (std::size_t c = 0; c < 3; ++c) {
    unsigned value = pixel[c];
    if (layout.photometric == PHOTOMETRIC_MINISWHITE) value = 255U - pixel[0];
    if (layout.photometric == PHOTOMETRIC_MINISBLACK) value = pixel[0];
    if (layout.photometric == PHOTOMETRIC_PALETTE) value = palette[c][pixel[0]] >> 8;
    if (layout.photometric == PHOTOMETRIC_SEPARATED)  // ink: cyan, magenta, yellow, black
      value = ((255U - pixel[c]) * (255U - pixel[3]) + 127) / 255;
    if (layout.premultiplied && layout.photometric == PHOTOMETRIC_RGB)
      value = pixel[3] == 0 ? 0 : std::min(255U, pixel[c] * 255U / pixel[3]);
    colour[c] = static_cast<std::uint8_t>(value);
  }
  return colour;
}

}  // namespace

DecodedImage decode_tiff(std::span<const std::byte> bytes, const std::string& where) {
  TiffSource source{bytes};
  const auto damaged = [&] { return InvalidInput(where + ": a damaged TIFF file"); };
  const std::unique_ptr<TIFF, void (*)(TIFF*)> tiff(open_tiff(source), &TIFFClose);
  if (!tiff) throw damaged();
  const auto layout = layout_of(tiff.get(), where);
  std::array<std::uint16_t*, 3> palette{};
  if (layout.photometric == PHOTOMETRIC_PALETTE &&
      (layout.bits > 8 ||
       !TIFFGetField(tiff.get(), TIFFTAG_COLORMAP, &palette[0], &palette[1], &palette[2])))
    throw damaged();
  const auto samples = read_samples(tiff.get(), layout, damaged);
  DecodedImage decoded{{static_cast<int>(layout.height), static_cast<int>(layout.width), {}}};
  auto& pixels = decoded.image.pixels;
  pixels.reserve(samples.size() / 4 * 3);
  for (std::size_t at = 0; at < samples.size(); at += 4) {
    const auto colour = colour_of(samples.data() + at, layout, palette);
    pixels.insert(pixels.end(), colour.begin(), colour.end());
  }
  if (layout.orientation >= 1 && layout.orientation <= 8) decoded.orientation = layout.orientation;
  return decoded;
}

}  // namespace reslab

#endif
