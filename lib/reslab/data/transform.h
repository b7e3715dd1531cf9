#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "reslab/data/images.h"
#include "reslab/data/normalization.h"
#include "reslab/random.h"

namespace reslab {

/// What is done to training images beside normalisation.
struct Augment {
  std::int64_t pad = 0;  // zeros on every side, then a cut of the network's size anywhere
  bool flip = false;     // exchange left and right in half of the images
};

/// The description of `augment`.
Setting augment_setting(Augment& augment);

/// From bytes to a network's input in one pass: normalised, padded, cut and flipped, in this order
/// (Deep Residual Learning, section 4.2). An image of the network's size is normalised by the mean
/// of each place in the image; in a larger one the places are those in the cut.
class Transform {
 public:
  Transform(int height, int width, const Normalization& normalization, const Augment& augment);

  int height() const { return height_; }
  int width() const { return width_; }

  /// Cut at random, flipped at random. `out`: height × width × 3 floats. Throws
  /// std::invalid_argument for an image smaller than the network's input.
  void training(const ImageView& image, Random random, float* out) const;

  /// Cut at the centre. `out`: height × width × 3 floats.
  void evaluation(const ImageView& image, float* out) const;

 private:
  void cut(const ImageView& image, int top, int left, bool flip, float* out) const;

  int height_;
  int width_;
  int pad_;
  bool flip_;
  std::vector<float> scale_;   // input = byte · scale + offset; one row, width × 3
  std::vector<float> offset_;  // one row, or height rows
  std::size_t offset_stride_;  // from row to row; 0 where all are alike
};

}  // namespace reslab
