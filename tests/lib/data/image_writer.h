#pragma once

#include <cstdint>
#include <string>

#include "reslab/data/image_file.h"

namespace reslab {

/// A smooth image without symmetry: neighbouring pixels differ slightly.
Image sample_image(int height, int width);

/// An image of random pixels, which reveals a decoder that is off by one pixel.
Image noise_image(int height, int width);

/// Encodes a PNG file. `colour_type` and `bit_depth` are those of the PNG specification (0 grey,
/// 2 RGB, 4 grey with alpha, 6 RGBA). Grey is the image's red channel, alpha its green channel.
std::string png_bytes(const Image& image, int colour_type = 2, int bit_depth = 8);

/// Encodes a lossless WebP file.
std::string webp_bytes(const Image& image);

/// Encoder settings of a JPEG file. `columns` × `rows` pixels share one colour sample.
struct JpegFormat {
  int columns = 1;
  int rows = 1;
  bool grey = false;  // stores the red channel only
  bool progressive = false;
};

/// Encodes a JPEG file of quality 100.
std::string jpeg_bytes(const Image& image, const JpegFormat& format = {});

}  // namespace reslab
