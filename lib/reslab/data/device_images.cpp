#include "reslab/data/device_images.h"

#include <algorithm>
#include <array>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/TensorIndexing.h>

namespace reslab {
namespace {

/// A tensor with a copy of the values.
at::Tensor copy_of(std::span<const float> values) {
  auto tensor = at::empty({std::ssize(values)}, at::kFloat);
  std::ranges::copy(values, tensor.data_ptr<float>());
  return tensor;
}

}  // namespace

bool DeviceImages::can_hold(const Images& images, const Transform& transform) {
  if (!images.in_memory() || !transform.only_crops()) return false;
  std::vector<std::uint8_t> buffer;
  for (std::int64_t i = 0; i < images.size(); ++i) {
    const auto view = images.view(i, buffer);
    if (!view.is_stored() || view.height != transform.height() || view.width != transform.width())
      return false;
  }
  return true;
}

DeviceImages::DeviceImages(const Images& images, const Transform& transform, at::Device device) {
  const std::int64_t height = transform.height();
  const std::int64_t width = transform.width();
  auto pixels = at::empty({images.size(), height, width, 3}, at::kByte);
  auto labels = at::empty({images.size()}, at::kLong);
  auto* to = pixels.data_ptr<std::uint8_t>();
  std::vector<std::uint8_t> buffer;
  for (std::int64_t i = 0; i < images.size(); ++i) {
    to = std::copy_n(images.view(i, buffer).stored.pixels, height * width * 3, to);
    labels.data_ptr<std::int64_t>()[i] = images.label(i);
  }
  pixels_ = pixels.to(device);
  labels_ = labels.to(device);
  scale_ = copy_of(transform.scale().first(3)).to(device);
  offset_ = copy_of(transform.offset()).view({-1, width, 3}).expand({height, width, 3}).to(device);
  rows_ = at::arange(height, at::kLong).unsqueeze(0).to(device);
  columns_ = at::arange(width, at::kLong).unsqueeze(0).to(device);
}

Batch DeviceImages::training(std::span<const std::int64_t> indices,
                             std::span<const RandomCrop> crops) const {
  const auto count = std::ssize(indices);
  const auto height = rows_.size(1);
  const auto width = columns_.size(1);
  auto places = at::empty({count, 4}, at::kLong);
  auto shifts = at::empty({count, 3}, at::kFloat);
  auto* place = places.data_ptr<std::int64_t>();
  auto* shift = shifts.data_ptr<float>();
  for (std::size_t j = 0; j < crops.size(); ++j) {
    const auto& crop = crops[j];
    place =
        std::ranges::copy(
            std::array<std::int64_t, 4>{indices[j], crop.top, crop.left, crop.flip ? 1 : 0}, place)
            .out;
    shift = std::ranges::copy(crop.shift, shift).out;
  }
  places = places.to(pixels_.device());
  shifts = shifts.to(pixels_.device());

  const auto index = places.select(1, 0);
  const auto flip = places.narrow(1, 3, 1).to(at::kBool);
  // The source row and column in the image for each row and column of the crop; outside is padding.
  auto rows = rows_ + places.narrow(1, 1, 1);
  auto columns = at::where(flip, width - 1 - columns_, columns_) + places.narrow(1, 2, 1);
  const auto inside = [](const at::Tensor& from, std::int64_t length) {
    return from.ge(0).logical_and(from.lt(length));
  };
  const auto padding = inside(rows, height)
                           .view({count, height, 1, 1})
                           .logical_and(inside(columns, width).view({count, 1, width, 1}))
                           .logical_not();
  rows = rows.clamp(0, height - 1).view({count, height, 1});
  columns = columns.clamp(0, width - 1).view({count, 1, width});
  const auto images =
      (pixels_.index({index.view({count, 1, 1}), rows, columns}).to(at::kFloat) * scale_ +
       offset_.index({rows, columns}))
          .masked_fill_(padding, 0)
          .add_(shifts.view({count, 1, 1, 3}));
  return {images.permute({0, 3, 1, 2}), labels_.index({index})};
}

}  // namespace reslab
