#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "reslab/base/random.h"
#include "reslab/data/images.h"
#include "reslab/data/normalization.h"

namespace reslab {

/// What is done to training images beside normalisation.
struct Augment {
  std::int64_t pad = 0;  // zeros on every side, then a cut of the network's size anywhere
  bool flip = false;     // exchange left and right in half of the images
  double color = 0;      // deviation of the colour shifts along ImageNet's principal components
};

/// The description of `augment`.
Setting augment_setting(Augment& augment);

/// What is random about a training image: where it is cut, and what is done with the cut.
struct Cut {
  int top = 0;  // in the image; below zero in the padding
  int left = 0;
  bool flip = false;
  std::array<float, 3> shift{};  // added to the normalised red, green and blue
};

/// From bytes to a network's input: resized where they have to be, no more of them than is cut out;
/// normalised, padded, cut and flipped, in this order
/// (Deep Residual Learning, section 4.2). An image of the network's size is normalised by the mean
/// of each place in the image; in a larger one the places are those in the cut.
class Transform {
 public:
  Transform(int height, int width, const Normalization& normalization, const Augment& augment,
            int test_crops = 1);

  int height() const { return height_; }
  int width() const { return width_; }
  const Normalization& normalization() const { return normalization_; }

  /// Input = byte · scale + offset. `scale`: of a row, width × 3. `offset`: of a row that all rows
  /// are like, or height × width × 3.
  std::span<const float> scale() const { return scale_; }
  std::span<const float> offset() const { return offset_; }

  /// What training() does to an image of this size.
  Cut draw(int image_height, int image_width, Random random) const;
  /// Cut at random, flipped at random. `out`: height × width × 3 floats. Throws
  /// std::invalid_argument for an image smaller than the network's input.
  void training(const ScaledView& image, Random random, float* out) const;

  /// Views of an image that an evaluation takes the mean over: 1, the centre; or 10, the corners
  /// and the centre, each as it is and flipped (Krizhevsky et al. 2012, section 4.1).
  int test_crops() const { return test_crops_; }
  /// `out`: test_crops × height × width × 3 floats.
  void evaluation(const ScaledView& image, float* out) const;

 private:
  void cut(const ScaledView& image, int top, int left, bool flip, float* out) const;
  template <class Rows>
  void fill(Rows rows, const Window& inside, const float* offset, bool flip, float* out) const;
  std::array<float, 3> draw_shift(Random& random) const;

  int height_;
  int width_;
  Normalization normalization_;
  int pad_;
  bool flip_;
  double color_;
  int test_crops_;
  std::vector<float> scale_;   // input = byte · scale + offset; one row, width × 3
  std::vector<float> offset_;  // one row, or height rows
  std::size_t offset_stride_;  // from row to row; 0 where all are alike
};

}  // namespace reslab
