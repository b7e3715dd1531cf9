#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "reslab/base/share.h"
#include "reslab/data/device_images.h"
#include "reslab/data/images.h"
#include "reslab/data/prefetch.h"
#include "reslab/data/sampler.h"
#include "reslab/data/transform.h"

namespace reslab {

/// Reuses the memory of batches that nobody holds any more: mapping and clearing new memory took a
/// quarter of the time of a batch of JPEGs. Not thread-safe.
class BatchMemory {
 public:
  /// An uninitialised tensor for `views` views of each of `count` images.
  at::Tensor take(std::int64_t count, const Transform& transform, std::int64_t views);

 private:
  std::vector<at::Tensor> tensors_;
};

/// An endless stream of training batches, prefetched two batches ahead in a separate thread.
/// Several threads decode images that are not in memory. The stream concatenates epochs, each a
/// permutation of the training set; batch i (from 0) contains the images from position i·batch on
/// and may span epochs. The permutation depends only on (seed, epoch), an image's augmentation only
/// on (seed, epoch, index), and on how often the epoch has drawn the image before. A stream that
/// starts at `first_iteration` therefore continues an earlier one bit by bit. `train` and
/// `transform` must outlive the object.
///
/// With a `share`, only these images of each batch are made.
///
/// With a `device`, images that DeviceImages can hold are stored there and batches are made there.
/// Otherwise batches are made in CPU memory.
class TrainingBatches {
 public:
  /// Throws InvalidInput if there are no images or `batch` is below 1.
  TrainingBatches(const Images& train, const Transform& transform, std::uint64_t seed,
                  std::int64_t batch, std::int64_t first_iteration,
                  std::optional<at::Device> device = std::nullopt,
                  Sampler sampler = Sampler::shuffle, std::optional<Share> share = std::nullopt);

  /// The next batch. Throws InvalidInput, naming the file, if an image cannot be decoded.
  Batch next();

  /// CPU time in seconds spent on making batches since the last call.
  double take_seconds_assembling() { return seconds_assembling_.exchange(0); }

 private:
  struct Sample {
    std::uint64_t epoch = 0;
    std::int64_t index = 0;
    std::uint64_t repeat = 0;  // how often the epoch has drawn the image before
  };

  void begin_epoch(std::uint64_t epoch);
  void choose_samples();
  Random augmentation_random(const Sample& sample) const;
  Batch assemble();
  Batch assemble_on_device();

  const Images& images_;
  const Transform& transform_;
  std::uint64_t seed_;
  std::int64_t batch_;  // images in a whole batch
  Share share_;
  std::int64_t position_;  // the next batch's position in the stream
  std::optional<std::uint64_t> epoch_;
  Sampler sampler_;
  std::vector<std::int64_t> order_;     // the images of that epoch
  std::vector<std::uint64_t> repeats_;  // of each image in order_; empty if none is repeated
  std::vector<Sample> samples_;         // of the batch that is being made
  BatchMemory memory_;
  std::optional<DeviceImages> on_device_;
  std::atomic<double> seconds_assembling_ = 0;
  Prefetch<Batch> prefetch_;  // the last member, because its thread uses the others
};

/// The images `first` … `first` + `count` − 1 for evaluation: (count · test_crops, 3, height,
/// width), the views of an image next to each other; with one channel for grey images.
Batch evaluation_batch(const Images& images, const Transform& transform, std::int64_t first,
                       std::int64_t count);

/// Images per batch of an evaluation. Changing it changes results in their last digits.
constexpr std::int64_t kEvaluationBatch = 256;

/// The number of images in a batch for evaluation: `batch` if they have at most 224×224 pixels.
/// Larger images come in smaller batches of the same number of pixels.
std::int64_t evaluation_batch_images(const Transform& transform,
                                     std::int64_t batch = kEvaluationBatch);

/// All images once, in order, in prefetched batches for evaluation. `images` and `transform` must
/// outlive the object.
class EvaluationBatches {
 public:
  /// `batch`: as in evaluation_batch_images. With a `share`, only these batches are made. Throws
  /// InvalidInput if there are no images or `batch` is below 1.
  EvaluationBatches(const Images& images, const Transform& transform,
                    std::int64_t batch = kEvaluationBatch,
                    std::optional<Share> share = std::nullopt);

  /// The next batch; empty after the last one. The last batch may be smaller than the others.
  std::optional<Batch> next() { return prefetch_.next(); }

  /// Total wall time in seconds that next() has waited.
  double seconds_waited() const { return prefetch_.seconds_waited(); }

 private:
  std::int64_t batch_;  // images in a batch
  std::int64_t first_;  // the next image
  std::int64_t last_;   // the image behind the last one
  BatchMemory memory_;
  Prefetch<Batch> prefetch_;  // the last member, because its thread uses the others
};

}  // namespace reslab
