#pragma once

#include <array>
#include <vector>

#include "reslab/data/image.h"

namespace reslab {

/// What positions of an output axis take from the input: each `count` neighbours from `first` on,
/// some with a weight of 0, so that all have equally many.
struct Taps {
  int count = 0;
  std::vector<int> first;
  std::vector<float> weights;  // `count` for each position
};

/// The rows of a window of an image at another size, one after the other, so that they need not
/// leave the caches. Bilinear, and where the image shrinks with the triangle widened by the factor
/// (antialiased), as Pillow and torchvision do. To the bit what the whole image has there.
class ResizedRows {
 public:
  /// The window lies inside the image and is not empty; `mirrored` exchanges left and right in it.
  /// Throws InvalidInput naming the file of an image that does not decode.
  ResizedRows(const ScaledView& image, const Window& window, bool mirrored = false);
  ResizedRows(ResizedRows&&) = default;  // a copy would point into the other's pixels

  /// The next row: three floats for each pixel, 0.5 more than their values, so that what is before
  /// the point is the rounded value, from 0 to 255. Valid until the next call.
  const float* next();

 private:
  const float* source_row(int number);

  Taps down_;
  Taps across_;
  std::vector<float> weights_;  // across_'s, as they are used
  Image decoded_;               // what is needed of a file
  const std::uint8_t* pixels_;  // the first that is needed
  std::size_t stride_;
  std::size_t used_;                          // floats of a row that are needed
  std::array<std::vector<float>, 4> source_;  // the newest rows of the image, as floats
  std::array<int, 4> source_numbers_;
  std::vector<float> sum_;  // a row of the new height and the old width
  std::vector<float> out_;
  std::size_t row_ = 0;
};

/// The whole image, rounded once, at the end.
Image resized(const ScaledView& image);
inline Image resized(const ImageView& image, int height, int width) {
  return resized({image, height, width});
}

/// What lies in a window of an image: bytes, row by row, `stride` from row to row.
struct PartView {
  const std::uint8_t* pixels = nullptr;
  std::size_t stride = 0;
};

/// The part of the image in the window, which lies inside: where it is stored, or else resized into
/// `buffer`.
PartView part_of(const ScaledView& image, const Window& window, Image& buffer);

struct Size {
  std::int64_t height = 0;
  std::int64_t width = 0;
};

/// The size of an image after its shorter side was made `short_side`; the longer one is rounded
/// down, as torchvision does.
Size with_short_side(std::int64_t height, std::int64_t width, int short_side);

}  // namespace reslab
