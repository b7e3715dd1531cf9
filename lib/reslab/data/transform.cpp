#include "reslab/data/transform.h"

#include <algorithm>
#include <stdexcept>

namespace reslab {
namespace {

// `count` values; plain arrays so that the compiler makes vectors of it.
void normalise(const std::uint8_t* __restrict from, const float* __restrict scale,
               const float* __restrict offset, std::size_t count, float* __restrict to) {
  for (std::size_t k = 0; k < count; ++k)
    to[k] = static_cast<float>(from[k]) * scale[k] + offset[k];
}

// Exchanges left and right in a row of pixels.
void mirror(float* row, std::size_t pixels) {
  auto* left = row;
  auto* right = row + 3 * (pixels - 1);
  for (; left < right; left += 3, right -= 3) std::swap_ranges(left, left + 3, right);
}

}  // namespace

Setting augment_setting(Augment& augment) {
  return group("augment", "what is done to training images at random", [&augment]() -> Settings {
    return {integer("pad",
                    "pixels of zeros added on every side before a cut of the original size is "
                    "taken at random (the paper: 4)",
                    augment.pad, 0, 512),
            flag("flip", "exchange left and right in half of the images (the paper: true)",
                 augment.flip)};
  });
}

Transform::Transform(int height, int width, const Normalization& normalization,
                     const Augment& augment)
    : height_(height), width_(width), pad_(static_cast<int>(augment.pad)), flip_(augment.flip) {
  const auto row = static_cast<std::size_t>(width) * 3;
  const bool by_place = normalization.mean.size() != 3;
  if (by_place && normalization.mean.size() != row * static_cast<std::size_t>(height))
    throw std::invalid_argument("Transform: the mean image is not of the network's size");
  offset_stride_ = by_place ? row : 0;
  scale_.resize(row);
  for (std::size_t k = 0; k < row; ++k) scale_[k] = 1 / (255 * normalization.std[k % 3]);
  offset_.resize(by_place ? normalization.mean.size() : row);
  for (std::size_t k = 0; k < offset_.size(); ++k)
    offset_[k] = -normalization.mean[by_place ? k : k % 3] / normalization.std[k % 3];
}

void Transform::training(const ImageView& image, Random random, float* out) const {
  const auto top = static_cast<int>(random.below(image.height + 2 * pad_ - height_ + 1)) - pad_;
  const auto left = static_cast<int>(random.below(image.width + 2 * pad_ - width_ + 1)) - pad_;
  cut(image, top, left, flip_ && random.coin(), out);
}

void Transform::evaluation(const ImageView& image, float* out) const {
  cut(image, centred(image.height, height_), centred(image.width, width_), false, out);
}

void Transform::cut(const ImageView& image, int top, int left, bool flip, float* out) const {
  if (image.height < height_ || image.width < width_)
    throw std::invalid_argument("Transform: an image smaller than the network's input");
  const bool own_size = image.height == height_ && image.width == width_;
  // Columns of the cut that lie inside the image: from `begin` to before `end`.
  const int begin = std::clamp(-left, 0, width_);
  const int end = std::clamp(image.width - left, begin, width_);
  const auto row = static_cast<std::size_t>(width_) * 3;
  const auto before = static_cast<std::size_t>(begin) * 3;
  const auto inside = static_cast<std::size_t>(end - begin) * 3;
  for (int y = 0; y < height_; ++y, out += row) {
    const int from_y = y + top;
    if (from_y < 0 || from_y >= image.height || inside == 0) {
      std::fill_n(out, row, 0.0F);
      continue;
    }
    const auto source = static_cast<std::size_t>(from_y) * static_cast<std::size_t>(image.width) +
                        static_cast<std::size_t>(begin + left);
    const auto mean_y = static_cast<std::size_t>(own_size ? from_y : y);
    const auto mean_x = static_cast<std::size_t>(own_size ? begin + left : begin) * 3;
    std::fill_n(out, before, 0.0F);
    normalise(image.pixels + 3 * source, scale_.data() + mean_x,
              offset_.data() + mean_y * offset_stride_ + mean_x, inside, out + before);
    std::fill(out + before + inside, out + row, 0.0F);
    if (flip) mirror(out, static_cast<std::size_t>(width_));
  }
}

}  // namespace reslab
