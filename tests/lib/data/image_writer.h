#pragma once

#include <cstdint>
#include <string>

#include "reslab/data/image_file.h"

namespace reslab {

/// A picture without symmetry: every pixel differs from its neighbours, gradually.
Image sample_image(int height, int width);

/// The image as the bytes of a PNG file: `colour_type` and `bit_depth` as in the PNG specification
/// (0 grey, 2 RGB, 4 grey with alpha, 6 RGBA); grey is the red channel, alpha the green one.
std::string png_bytes(const Image& image, int colour_type = 2, int bit_depth = 8);

/// The image as the bytes of a JPEG file of the best quality, in full colour or grey (its red
/// channel).
std::string jpeg_bytes(const Image& image, bool grey = false);

/// The same with the colours at fewer places, one of TurboJPEG's TJSAMP_…, and in several scans if
/// `progressive`.
std::string jpeg_bytes_sampled(const Image& image, int sampling, bool progressive = false);

}  // namespace reslab
