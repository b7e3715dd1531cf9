#include "reslab/data/transform.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
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

/// A principal component of the colours of ImageNet's training images, RGB from 0 to 1, as
/// fb.resnet.torch has measured them.
struct ColorComponent {
  double deviation;
  std::array<double, 3> direction;
};
constexpr std::array<ColorComponent, 3> kColorComponents{{
    {0.2175, {-0.5675, -0.5808, -0.5836}},
    {0.0188, {0.7192, -0.0045, -0.6948}},
    {0.0045, {0.4009, -0.8140, 0.4203}},
}};

/// Normally distributed (Box and Muller 1958).
double normal(Random& random) {
  const auto radius = std::sqrt(-2 * std::log(1 - random.uniform()));
  return radius * std::cos(2 * std::numbers::pi * random.uniform());
}

}  // namespace

Setting augment_setting(Augment& augment) {
  return group("augment", "what is done to training images at random", [&augment]() -> Settings {
    return {integer("pad",
                    "pixels of zeros added on every side before a cut of the original size is "
                    "taken at random (the paper: 4)",
                    augment.pad, 0, 512),
            flag("flip", "exchange left and right in half of the images (the paper: true)",
                 augment.flip),
            number("color",
                   "standard deviation of random shifts along the principal components of "
                   "ImageNet's colours (the paper, as Krizhevsky et al.: 0.1)",
                   augment.color, 0, 10)};
  });
}

Transform::Transform(int height, int width, const Normalization& normalization,
                     const Augment& augment, int test_crops)
    : height_(height),
      width_(width),
      normalization_(normalization),
      pad_(static_cast<int>(augment.pad)),
      flip_(augment.flip),
      color_(augment.color),
      test_crops_(test_crops) {
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
  if (color_ > 0) shift_colors(random, out);
}

void Transform::evaluation(const ImageView& image, float* out) const {
  const auto top = centred(image.height, height_);
  const auto left = centred(image.width, width_);
  if (test_crops_ == 1) return cut(image, top, left, false, out);
  const auto bottom = image.height - height_;
  const auto right = image.width - width_;
  const std::array<std::array<int, 2>, 5> places{
      {{top, left}, {0, 0}, {0, right}, {bottom, 0}, {bottom, right}}};
  for (const auto& [y, x] : places)
    for (const bool flip : {false, true}) {
      cut(image, y, x, flip, out);
      out += std::ptrdiff_t{3} * height_ * width_;
    }
}

void Transform::shift_colors(Random& random, float* out) const {
  std::array<double, 3> shift{};
  for (const auto& component : kColorComponents) {
    const auto amount = color_ * component.deviation * normal(random);
    for (std::size_t c = 0; c < 3; ++c) shift[c] += amount * component.direction[c];
  }
  const auto count = static_cast<std::size_t>(height_) * static_cast<std::size_t>(width_) * 3;
  for (std::size_t k = 0; k < count; ++k)
    out[k] += static_cast<float>(shift[k % 3] / normalization_.std[k % 3]);
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
