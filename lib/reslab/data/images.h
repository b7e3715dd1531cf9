#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "reslab/base/random.h"
#include "reslab/data/image.h"

namespace reslab {

/// Where a cut of `part` pixels begins in the middle of `whole` pixels.
constexpr int centred(int whole, int part) { return (whole - part) / 2; }

/// Labelled images, numbered from 0. Every function may be called from several threads at once.
class Images {
 public:
  virtual ~Images() = default;

  virtual std::int64_t size() const = 0;
  virtual std::int64_t label(std::int64_t index) const = 0;

  /// The image, at least as large as the network's input. Images that are decoded when they are
  /// needed lie in `buffer` then, which is to outlive the view. Throws InvalidInput naming the file
  /// of an image that does not decode.
  virtual ScaledView view(std::int64_t index, std::vector<std::uint8_t>& buffer) const = 0;

  /// The image for training, where its size may be chosen at random: a function of `random` alone.
  virtual ScaledView training_view(std::int64_t index, Random& random,
                                   std::vector<std::uint8_t>& buffer) const;

  /// Whether a view is at hand; otherwise it has to be read and decoded, which several threads
  /// should do.
  virtual bool in_memory() const = 0;
};

/// Images of one size, held as bytes.
class MemoryImages : public Images {
 public:
  /// `pixels`: one image after the other, each height × width × 3 bytes, as many as there are
  /// labels.
  MemoryImages(int height, int width, std::vector<std::uint8_t> pixels,
               std::vector<std::int64_t> labels);

  std::int64_t size() const override { return static_cast<std::int64_t>(labels_.size()); }
  std::int64_t label(std::int64_t index) const override {
    return labels_[static_cast<std::size_t>(index)];
  }
  ScaledView view(std::int64_t index, std::vector<std::uint8_t>& buffer) const override;
  bool in_memory() const override { return true; }

 private:
  int height_;
  int width_;
  std::vector<std::uint8_t> pixels_;
  std::vector<std::int64_t> labels_;
};

/// Some of the images of another set, in the order given.
class Subset : public Images {
 public:
  Subset(std::shared_ptr<const Images> whole, std::vector<std::int64_t> indices);

  std::int64_t size() const override { return static_cast<std::int64_t>(indices_.size()); }
  std::int64_t label(std::int64_t index) const override { return whole_->label(at(index)); }
  ScaledView view(std::int64_t index, std::vector<std::uint8_t>& buffer) const override {
    return whole_->view(at(index), buffer);
  }
  ScaledView training_view(std::int64_t index, Random& random,
                           std::vector<std::uint8_t>& buffer) const override {
    return whole_->training_view(at(index), random, buffer);
  }
  bool in_memory() const override { return whole_->in_memory(); }

 private:
  std::int64_t at(std::int64_t index) const { return indices_[static_cast<std::size_t>(index)]; }

  std::shared_ptr<const Images> whole_;
  std::vector<std::int64_t> indices_;
};

/// Everything a run learns from and is measured on.
struct DataSet {
  std::shared_ptr<const Images> train;
  std::shared_ptr<const Images> validation;  // null where there is none
  std::shared_ptr<const Images> test;
  std::vector<std::string> classes;  // their names, by label
  int height = 0;                    // of the network's input
  int width = 0;
};

}  // namespace reslab
