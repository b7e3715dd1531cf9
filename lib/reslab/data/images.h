#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "reslab/base/random.h"
#include "reslab/data/image.h"

namespace reslab {

/// The first pixel of a centre crop of `crop` pixels in `whole` pixels, along one axis. Half a
/// pixel is rounded to the even number, as in torchvision.
constexpr int centre_crop_begin(int whole, int crop) {
  const int begin = (whole - crop) / 2;
  return (whole - crop) % 2 == 0 ? begin : begin + begin % 2;
}

/// Labelled images with the indices 0 … size() − 1. All functions are thread-safe.
class Images {
 public:
  virtual ~Images() = default;

  virtual std::int64_t size() const = 0;
  virtual std::int64_t label(std::int64_t index) const = 0;

  /// The image, at least as large as the network's input. May use `buffer` for decoded pixels;
  /// `buffer` must outlive the returned image. Throws InvalidInput, naming the file, if the image
  /// cannot be decoded.
  virtual LazyImage view(std::int64_t index, std::vector<std::uint8_t>& buffer) const = 0;

  /// The image for training. A random size is a function of `random`.
  virtual LazyImage training_view(std::int64_t index, Random& /*random*/,
                                  std::vector<std::uint8_t>& buffer) const {
    return view(index, buffer);
  }

  /// Whether all pixels are in memory; if not, several threads should read and decode images.
  virtual bool in_memory() const = 0;
};

/// Images of one size in memory.
class MemoryImages : public Images {
 public:
  /// `pixels`: (N, height, width, 3). `labels`: (N). Throws std::invalid_argument if the sizes do
  /// not fit.
  MemoryImages(int height, int width, std::vector<std::uint8_t> pixels,
               std::vector<std::int64_t> labels)
      : height_(height), width_(width), pixels_(std::move(pixels)), labels_(std::move(labels)) {
    if (height_ < 1 || width_ < 1 || pixels_.size() != labels_.size() * image_bytes())
      throw std::invalid_argument("MemoryImages: pixels do not fit the labels and the size");
  }

  std::int64_t size() const override { return static_cast<std::int64_t>(labels_.size()); }
  std::int64_t label(std::int64_t index) const override {
    return labels_[static_cast<std::size_t>(index)];
  }
  LazyImage view(std::int64_t index, std::vector<std::uint8_t>& /*buffer*/) const override {
    return {height_, width_, pixels_.data() + static_cast<std::size_t>(index) * image_bytes()};
  }
  bool in_memory() const override { return true; }

 private:
  std::size_t image_bytes() const {
    return static_cast<std::size_t>(height_) * static_cast<std::size_t>(width_) * 3;
  }

  int height_;
  int width_;
  std::vector<std::uint8_t> pixels_;
  std::vector<std::int64_t> labels_;
};

/// Images of another set, selected by their indices.
class Subset : public Images {
 public:
  Subset(std::shared_ptr<const Images> whole, std::vector<std::int64_t> indices)
      : whole_(std::move(whole)), indices_(std::move(indices)) {}

  std::int64_t size() const override { return static_cast<std::int64_t>(indices_.size()); }
  std::int64_t label(std::int64_t index) const override { return whole_->label(at(index)); }
  LazyImage view(std::int64_t index, std::vector<std::uint8_t>& buffer) const override {
    return whole_->view(at(index), buffer);
  }
  LazyImage training_view(std::int64_t index, Random& random,
                          std::vector<std::uint8_t>& buffer) const override {
    return whole_->training_view(at(index), random, buffer);
  }
  bool in_memory() const override { return whole_->in_memory(); }

 private:
  std::int64_t at(std::int64_t index) const { return indices_[static_cast<std::size_t>(index)]; }

  std::shared_ptr<const Images> whole_;
  std::vector<std::int64_t> indices_;
};

/// The splits of a data set.
struct DataSet {
  std::shared_ptr<const Images> train;       // null if it was not asked for
  std::shared_ptr<const Images> validation;  // null if there is none
  std::shared_ptr<const Images> test;
  std::vector<std::string> classes;  // names, by label
  int height = 0;                    // of the network's input
  int width = 0;
  std::int64_t channels = 3;  // of the network's input: 3, or 1 for grey images
  std::vector<std::string>
      unreadable;  // a line for each file that is left out because it is broken
};

}  // namespace reslab
