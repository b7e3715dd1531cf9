#include "app/runs/picture_maker.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <ATen/ATen.h>

#include "reslab/data/image_file.h"
#include "reslab/data/resize.h"

namespace reslab::app {
namespace {

constexpr std::size_t kMostMisclassified = 20;
constexpr std::size_t kFirst = 16;
constexpr std::int64_t kMostFilters = 96;
constexpr int kShortSide = 96;  // pixels of the shorter side; larger images are made smaller

Picture picture_of(const ImageView& image) {
  auto png = encode_png(image);
  return {image.height, image.width, std::move(png)};
}

/// The centre crop of an image that evaluations use.
Picture centre_picture(const Images& images, std::int64_t index, const Transform& transform) {
  std::vector<std::uint8_t> memory;
  const auto view = images.view(index, memory);
  const auto height = transform.height(), width = transform.width();
  const Window window{centre_crop_begin(view.height, height), centre_crop_begin(view.width, width),
                      height, width};
  Image buffer;
  const auto pixels = view_window(view, window, buffer);
  Image crop{height, width, {}};
  for (int row = 0; row < height; ++row) {
    const auto* const begin = pixels.pixels + static_cast<std::size_t>(row) * pixels.stride;
    crop.pixels.insert(crop.pixels.end(), begin, begin + static_cast<std::size_t>(width) * 3);
  }
  if (std::min(height, width) <= kShortSide) return picture_of(crop.view());
  const auto size = with_short_side(height, width, kShortSide);
  const auto small =
      resized(crop.view(), static_cast<int>(size.height), static_cast<int>(size.width));
  return picture_of(small.view());
}

TestPicture test_picture(const Images& test, std::int64_t index, const Transform& transform,
                         const ClassifiedImage& image) {
  return {index, image.label, image.predicted, image.probability,
          centre_picture(test, index, transform)};
}

/// The indices of the misclassified images, the most probable wrong class first.
std::vector<std::size_t> misclassified(const Evaluation& evaluation) {
  std::vector<std::size_t> wrong;
  for (std::size_t i = 0; i < evaluation.images.size(); ++i)
    if (evaluation.images[i].label != evaluation.images[i].predicted) wrong.push_back(i);
  const auto sureness = [&evaluation](std::size_t index) {
    const auto probability = evaluation.images[index].probability;
    return std::isfinite(probability) ? probability : 0.0F;
  };
  std::ranges::stable_sort(wrong, std::greater(), sureness);
  return wrong;
}

/// The filter (channels, height, width) as an image, with one or three channels.
Picture filter_picture(const at::Tensor& filter) {
  const auto largest = filter.abs().max().item<float>();
  const auto scaled = (filter / (largest > 0 ? largest : 1.0F) * 127.5 + 127.5).round();
  const auto bytes = scaled.expand({3, -1, -1}).permute({1, 2, 0}).to(at::kByte).contiguous();
  return picture_of({static_cast<int>(bytes.size(0)), static_cast<int>(bytes.size(1)),
                     bytes.data_ptr<std::uint8_t>()});
}

/// Adds the filters of the first convolution if its kernel is larger than 1×1.
void add_filters(const NamedTensors& weights, RunPictures& pictures) {
  const auto first =
      std::ranges::find_if(weights, [](const auto& named) { return named.second.dim() == 4; });
  if (first == weights.end()) return;
  const auto filters = first->second.to(at::kCPU, at::kFloat);
  const bool grey_or_rgb = filters.size(1) == 1 || filters.size(1) == 3;
  if (!grey_or_rgb || filters.size(2) == 1 || !filters.isfinite().all().item<bool>()) return;
  pictures.filter_layer = first->first;
  for (std::int64_t i = 0; i < std::min(filters.size(0), kMostFilters); ++i)
    pictures.filters.push_back(filter_picture(filters[i]));
}

}  // namespace

RunPictures make_pictures(std::int64_t iteration, const NamedTensors& weights, const Images& test,
                          const Transform& transform, const Evaluation& evaluation) {
  RunPictures pictures;
  pictures.iteration = iteration;
  pictures.images = test.size();
  auto wrong = misclassified(evaluation);
  pictures.misclassified = std::ssize(wrong);
  if (encode_png(Image{1, 1, {0, 0, 0}}.view()).empty()) return pictures;
  wrong.resize(std::min(wrong.size(), kMostMisclassified));
  for (const auto index : wrong)
    pictures.surest.push_back(
        test_picture(test, static_cast<std::int64_t>(index), transform, evaluation.images[index]));
  for (std::size_t i = 0; i < std::min(evaluation.images.size(), kFirst); ++i)
    pictures.first.push_back(
        test_picture(test, static_cast<std::int64_t>(i), transform, evaluation.images[i]));
  add_filters(weights, pictures);
  return pictures;
}

}  // namespace reslab::app
