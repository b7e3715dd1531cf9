#pragma once

#include <array>
#include <vector>

#include "reslab/data/image.h"

/// Compiles a function of plain loops a second time for CPUs with AVX2, whose vectors are twice as
/// wide; the program chooses at start. The thread sanitizer's build has one version only. Neither
/// version uses fused multiply-add, so that both compute the same bits.
#ifndef RESLAB_WIDE_VECTORS
#if defined(__x86_64__) && defined(__gnu_linux__)
#define RESLAB_WIDE_VECTORS __attribute__((target_clones("avx2", "default")))
#else
#define RESLAB_WIDE_VECTORS
#endif
#endif

namespace reslab {

/// The filter taps of a resized axis: each output position is a weighted sum of `count` consecutive
/// input positions. Some weights are 0, so that all positions have equally many taps.
struct Taps {
  int count = 0;
  std::vector<int> first;      // the first input position for each output position
  std::vector<float> weights;  // `count` for each output position
};

/// Resizes a window of an image row by row, so that intermediate results stay in the cache. Uses
/// bilinear interpolation, antialiased when shrinking (the triangle filter is widened by the scale
/// factor), like Pillow and torchvision. The result equals that part of the resized whole image bit
/// by bit.
class ResizedRows {
 public:
  /// `window`: a non-empty part of the resized image. `mirrored`: exchanges left and right in it.
  /// Throws InvalidInput, naming the file, if the image cannot be decoded.
  ResizedRows(const LazyImage& image, const Window& window, bool mirrored = false);
  ResizedRows(ResizedRows&&) = default;  // a copy would point into the other object's pixels

  /// The next row: width × 3 floats that exceed the values by 0.5, so that truncation rounds them
  /// to 0 … 255. Valid until the next call.
  const float* next();

 private:
  const float* source_row(int number);

  Taps down_;
  Taps across_;
  std::vector<float> weights_;  // of across_, in groups of four
  Image decoded_;               // the needed part of an undecoded file
  const std::uint8_t* pixels_;  // the first needed pixel
  std::size_t stride_;
  std::size_t used_;                          // needed floats of a row
  std::array<std::vector<float>, 4> source_;  // the most recent image rows as floats
  std::array<int, 4> source_numbers_;
  std::vector<float> sum_;  // a row resized vertically only
  std::vector<float> out_;
  std::size_t row_ = 0;
};

/// Resizes the whole image. Values are rounded once, at the end.
Image resized(const LazyImage& image);
inline Image resized(const ImageView& image, int height, int width) {
  return resized({image, height, width});
}

/// Pixels of a window of an image: RGB bytes, rows `stride` bytes apart.
struct WindowView {
  const std::uint8_t* pixels = nullptr;
  std::size_t stride = 0;
};

/// The pixels in a window inside the image. Resizes them into `buffer` unless they are stored.
WindowView view_window(const LazyImage& image, const Window& window, Image& buffer);

struct Size {
  std::int64_t height = 0;
  std::int64_t width = 0;
};

/// The size of an image whose shorter side is resized to `short_side` pixels. The longer side is
/// rounded down, like torchvision's.
Size with_short_side(std::int64_t height, std::int64_t width, int short_side);

}  // namespace reslab
