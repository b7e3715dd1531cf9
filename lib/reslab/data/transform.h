#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "reslab/base/random.h"
#include "reslab/data/color_jitter.h"
#include "reslab/data/images.h"
#include "reslab/data/normalization.h"
#include "reslab/data/random_resized_crop.h"

namespace reslab {

/// The random changes of training images.
struct Augment {
  std::int64_t pad = 0;  // zeros on every side before a random crop of the network's size
  bool flip = false;     // flip half of the images horizontally
  double color = 0;  // standard deviation of colour shifts along ImageNet's principal components
  std::optional<RandomResizedCrop> random_resized_crop = std::nullopt;
  std::optional<ColorJitter> color_jitter = std::nullopt;

  static Settings<Augment> settings();
  bool operator==(const Augment&) const = default;
};

/// The random choices for one training image.
struct RandomCrop {
  int top = 0;  // in the image; negative in the padding
  int left = 0;
  bool flip = false;
  std::array<float, 3> shift{};  // added to the normalised red, green and blue
};

/// Converts images to a network's input: resizes the cropped part if needed, changes its colors,
/// then normalises, pads, crops and flips, in this order (Deep Residual Learning, section 4.2). A
/// mean image is aligned with the image if the image has the network's size, otherwise with the
/// crop.
class Transform {
 public:
  /// `channels`: 3, or 1 for a network that takes only the first channel of the (grey) images.
  Transform(int height, int width, const Normalization& normalization, const Augment& augment,
            int test_crops = 1, int channels = 3);

  int height() const { return height_; }
  int width() const { return width_; }
  int channels() const { return channels_; }
  const Normalization& normalization() const { return normalization_; }

  /// The normalisation as input = byte · scale + offset. `scale`: one row, width × 3. `offset`: one
  /// row for all rows, or height × width × 3.
  std::span<const float> scale() const { return scale_; }
  std::span<const float> offset() const { return offset_; }

  /// Whether training() does nothing but the choices of draw_crop().
  bool only_crops() const { return !augment_.random_resized_crop && !augment_.color_jitter; }
  /// The random crop, flip and shift that training() makes for an image of this size.
  RandomCrop draw_crop(int image_height, int image_width, Random& random) const;
  /// The augmented image. `out`: height × width × 3 floats. Throws std::invalid_argument for an
  /// image smaller than the network's input.
  void training(const LazyImage& image, Random random, float* out) const;

  /// Number of crops that an evaluation averages over: 1 (centre), or 10 (corners and centre, each
  /// also flipped; Krizhevsky et al. 2012, section 4.1).
  int test_crops() const { return test_crops_; }
  /// The crops for evaluation. `out`: test_crops × height × width × 3 floats.
  void evaluation(const LazyImage& image, float* out) const;

 private:
  void crop(const LazyImage& image, int top, int left, bool flip, float* out,
            const ColorChange* change = nullptr) const;
  template <class Rows>
  void fill(Rows rows, const Window& inside, const float* offset, bool flip, float* out) const;
  std::array<float, 3> draw_shift(Random& random) const;

  int height_;
  int width_;
  Normalization normalization_;
  Augment augment_;
  int test_crops_;
  int channels_;
  std::vector<float> scale_;
  std::vector<float> offset_;
  std::size_t offset_stride_;  // floats from row to row; 0 if all rows share one
};

}  // namespace reslab
