#include "reslab/data/images.h"

#include <stdexcept>
#include <utility>

namespace reslab {

LazyImage Images::training_view(std::int64_t index, Random&,
                                std::vector<std::uint8_t>& buffer) const {
  return view(index, buffer);
}

MemoryImages::MemoryImages(int height, int width, std::vector<std::uint8_t> pixels,
                           std::vector<std::int64_t> labels)
    : height_(height), width_(width), pixels_(std::move(pixels)), labels_(std::move(labels)) {
  const auto bytes = static_cast<std::size_t>(height_) * static_cast<std::size_t>(width_) * 3;
  if (height_ < 1 || width_ < 1 || pixels_.size() != labels_.size() * bytes)
    throw std::invalid_argument("MemoryImages: pixels do not fit the labels and the size");
}

LazyImage MemoryImages::view(std::int64_t index, std::vector<std::uint8_t>& /*buffer*/) const {
  const auto bytes = static_cast<std::size_t>(height_) * static_cast<std::size_t>(width_) * 3;
  return {height_, width_, pixels_.data() + static_cast<std::size_t>(index) * bytes};
}

Subset::Subset(std::shared_ptr<const Images> whole, std::vector<std::int64_t> indices)
    : whole_(std::move(whole)), indices_(std::move(indices)) {}

}  // namespace reslab
