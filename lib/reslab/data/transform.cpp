#include "reslab/data/transform.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <utility>

#include "reslab/base/setting_rows.h"
#include "reslab/data/resize.h"

namespace reslab {
namespace {

RESLAB_WIDE_VECTORS void normalise(const std::uint8_t* __restrict from,
                                   const float* __restrict scale, const float* __restrict offset,
                                   std::size_t count, float* __restrict to) {
  for (std::size_t k = 0; k < count; ++k)
    to[k] = static_cast<float>(from[k]) * scale[k] + offset[k];
}

/// The same for rows of ResizedRows. Their values are truncated to integers, which rounds them.
RESLAB_WIDE_VECTORS void normalise(const float* __restrict from, const float* __restrict scale,
                                   const float* __restrict offset, std::size_t count,
                                   float* __restrict to) {
  for (std::size_t k = 0; k < count; ++k)
    to[k] = static_cast<float>(static_cast<int>(from[k])) * scale[k] + offset[k];
}

/// The rows of a window of an image, like ResizedRows.
class StoredRows {
 public:
  StoredRows(const ImageView& image, const Window& window)
      : stride_(static_cast<std::size_t>(image.width) * 3),
        next_(image.pixels + static_cast<std::size_t>(window.top) * stride_ +
              static_cast<std::size_t>(window.left) * 3) {}

  const std::uint8_t* next() { return std::exchange(next_, next_ + stride_); }

 private:
  std::size_t stride_;
  const std::uint8_t* next_;
};

/// Mirrors a row of pixels. Reads one float past the end of the row.
void mirror(const float* from, std::size_t pixels, float* to) {
  // Copies four floats at once; the next pixel overwrites the fourth.
  for (from += 3 * pixels; pixels > 1; --pixels, to += 3)
    std::memcpy(to, from -= 3, 4 * sizeof(float));
  std::memcpy(to, from - 3, 3 * sizeof(float));
}

/// A principal component of the colours (RGB from 0 to 1) of ImageNet's training images, as
/// measured by fb.resnet.torch.
struct ColorComponent {
  double deviation;
  std::array<double, 3> direction;
};
constexpr std::array<ColorComponent, 3> kColorComponents{{
    {0.2175, {-0.5675, -0.5808, -0.5836}},
    {0.0188, {0.7192, -0.0045, -0.6948}},
    {0.0045, {0.4009, -0.8140, 0.4203}},
}};

/// A copy of the pixels in a window inside the image.
Image copy_of(const LazyImage& image, const Window& window) {
  Image buffer;
  const auto [pixels, stride] = view_window(image, window, buffer);
  if (!buffer.pixels.empty()) return buffer;
  Image copy{window.height, window.width, {}};
  for (int y = 0; y < window.height; ++y) {
    const auto* row = pixels + static_cast<std::size_t>(y) * stride;
    copy.pixels.insert(copy.pixels.end(), row, row + std::ptrdiff_t{3} * window.width);
  }
  return copy;
}

}  // namespace

Settings<Augment> Augment::settings() {
  return {
      number(
          "pad",
          "pixels of zeros on every side before a random crop of the original size (the paper: 4)",
          &Augment::pad, 0, 512),
      flag("flip", "horizontal flip of half of the images (the paper: true)", &Augment::flip),
      number("color",
             "standard deviation of random shifts along the principal components of ImageNet's "
             "colours (the paper, as Krizhevsky et al.: 0.1)",
             &Augment::color, 0, 10),
      optional_group("random_resized_crop",
                     "a random part of an image, resized to the network's input, in place of "
                     "resizing to short_side",
                     &Augment::random_resized_crop, RandomResizedCrop::settings())
          .omit_default(),
      optional_group("color_jitter",
                     "random brightness, contrast, saturation and hue, in a random order",
                     &Augment::color_jitter, ColorJitter::settings())
          .omit_default()};
}

Transform::Transform(int height, int width, const Normalization& normalization,
                     const Augment& augment, int test_crops, int channels)
    : height_(height),
      width_(width),
      normalization_(normalization),
      augment_(augment),
      test_crops_(test_crops),
      channels_(channels) {
  const auto row = static_cast<std::size_t>(width) * 3;
  const bool per_pixel = normalization.mean.size() != 3;
  if (per_pixel && normalization.mean.size() != row * static_cast<std::size_t>(height))
    throw std::invalid_argument("Transform: the mean image does not have the network's size");
  offset_stride_ = per_pixel ? row : 0;
  scale_.resize(row);
  for (std::size_t k = 0; k < row; ++k) scale_[k] = 1 / (255 * normalization.std[k % 3]);
  offset_.resize(per_pixel ? normalization.mean.size() : row);
  for (std::size_t k = 0; k < offset_.size(); ++k)
    offset_[k] = -normalization.mean[per_pixel ? k : k % 3] / normalization.std[k % 3];
}

RandomCrop Transform::draw_crop(int image_height, int image_width, Random& random) const {
  const int pad = static_cast<int>(augment_.pad);
  RandomCrop drawn;
  drawn.top = static_cast<int>(random.below(image_height + 2 * pad - height_ + 1)) - pad;
  drawn.left = static_cast<int>(random.below(image_width + 2 * pad - width_ + 1)) - pad;
  drawn.flip = augment_.flip && random.coin();
  if (augment_.color > 0) drawn.shift = draw_shift(random);
  return drawn;
}

void Transform::training(const LazyImage& image, Random random, float* out) const {
  const auto& resized_crop = augment_.random_resized_crop;
  const auto part =
      resized_crop ? image.part(resized_crop->draw(image.stored.height, image.stored.width, random),
                                height_, width_)
                   : image;
  const auto drawn = draw_crop(part.height, part.width, random);
  std::optional<ColorChange> change;
  if (augment_.color_jitter) change = augment_.color_jitter->draw(random);
  crop(part, drawn.top, drawn.left, drawn.flip, out, change ? &*change : nullptr);
  if (augment_.color == 0) return;
  const auto count = static_cast<std::size_t>(height_) * static_cast<std::size_t>(width_) * 3;
  for (std::size_t k = 0; k < count; ++k) out[k] += drawn.shift[k % 3];
}

void Transform::evaluation(const LazyImage& image, float* out) const {
  const auto top = centre_crop_begin(image.height, height_);
  const auto left = centre_crop_begin(image.width, width_);
  if (test_crops_ == 1) return crop(image, top, left, false, out);
  // The crops overlap, so the image is resized once for all.
  const auto buffer = image.is_stored() ? Image() : resized(image);
  const LazyImage whole = image.is_stored() ? image : buffer.view();
  const auto bottom = image.height - height_;
  const auto right = image.width - width_;
  const std::array<std::array<int, 2>, 5> corners{
      {{top, left}, {0, 0}, {0, right}, {bottom, 0}, {bottom, right}}};
  for (const auto& [y, x] : corners)
    for (const bool flip : {false, true}) {
      crop(whole, y, x, flip, out);
      out += std::ptrdiff_t{3} * height_ * width_;
    }
}

std::array<float, 3> Transform::draw_shift(Random& random) const {
  std::array<double, 3> shift{};
  for (const auto& component : kColorComponents) {
    const auto amount = augment_.color * component.deviation * random.normal();
    for (std::size_t c = 0; c < 3; ++c) shift[c] += amount * component.direction[c];
  }
  std::array<float, 3> normalised{};
  for (std::size_t c = 0; c < 3; ++c)
    normalised[c] = static_cast<float>(shift[c] / normalization_.std[c]);
  return normalised;
}

void Transform::crop(const LazyImage& image, int top, int left, bool flip, float* out,
                     const ColorChange* change) const {
  if (image.height < height_ || image.width < width_)
    throw std::invalid_argument("Transform: an image smaller than the network's input");
  Window inside;  // the part of the crop that is not padding
  inside.top = std::clamp(-top, 0, height_);
  inside.left = std::clamp(-left, 0, width_);
  inside.height = std::clamp(image.height - top, inside.top, height_) - inside.top;
  inside.width = std::clamp(image.width - left, inside.left, width_) - inside.left;
  if (inside.height == 0 || inside.width == 0) {
    std::fill_n(out, std::ptrdiff_t{3} * height_ * width_, 0.0F);
    return;
  }
  const Window window{inside.top + top, inside.left + left, inside.height, inside.width};
  const bool has_input_size = image.height == height_ && image.width == width_;
  const auto& mean_window = has_input_size ? window : inside;
  const auto* offset = offset_.data() + static_cast<std::size_t>(mean_window.top) * offset_stride_ +
                       static_cast<std::size_t>(mean_window.left) * 3;
  if (change) {
    auto changed = copy_of(image, window);
    change->apply(changed);
    return fill(StoredRows(changed.view(), {0, 0, window.height, window.width}), inside, offset,
                flip, out);
  }
  if (image.is_stored()) return fill(StoredRows(image.stored, window), inside, offset, flip, out);
  // Without a mean image, the resized rows may be mirrored before normalisation.
  const bool mirrored = flip && offset_stride_ == 0;
  if (mirrored) inside.left = width_ - inside.left - inside.width;
  fill(ResizedRows(image, window, mirrored), inside, offset, flip && !mirrored, out);
}

template <class Rows>
void Transform::fill(Rows rows, const Window& inside, const float* offset, bool flip,
                     float* out) const {
  const auto row = static_cast<std::size_t>(width_) * 3;
  const auto before = static_cast<std::size_t>(inside.left) * 3;
  const auto count = static_cast<std::size_t>(inside.width) * 3;
  std::vector<float> line(flip ? row + 1 : 0);
  out = std::fill_n(out, static_cast<std::size_t>(inside.top) * row, 0.0F);
  for (int y = 0; y < inside.height; ++y, offset += offset_stride_) {
    auto* to = flip ? line.data() : out;
    std::fill_n(to, before, 0.0F);
    normalise(rows.next(), scale_.data(), offset, count, to + before);
    std::fill(to + before + count, to + row, 0.0F);
    if (flip) mirror(to, static_cast<std::size_t>(width_), out);
    out += row;
  }
  std::fill_n(out, static_cast<std::size_t>(height_ - inside.top - inside.height) * row, 0.0F);
}

}  // namespace reslab
