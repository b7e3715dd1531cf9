#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "reslab/data/batch.h"
#include "reslab/data/device_images.h"
#include "reslab/data/images.h"
#include "reslab/data/prefetch.h"
#include "reslab/data/transform.h"

namespace reslab {

/// Memory for the images of batches, used again when nobody holds it any more: to have it mapped
/// and cleared anew took a quarter of the time of a batch of JPEGs. For one thread.
class BatchMemory {
 public:
  /// `views` for each of `count` images, not initialised.
  at::Tensor take(std::int64_t count, const Transform& transform, std::int64_t views);

 private:
  std::vector<at::Tensor> tensors_;
};

/// An endless stream of training batches, put together ahead of the training step in a thread of
/// its own, two batches deep; images that have to be decoded are spread over more threads.
/// Iteration i (from 0) takes the places i·batch … of a stream in which every epoch is a
/// permutation of the training set, a function of (seed, epoch); a batch may span epochs. How an
/// image is augmented is a function of (seed, epoch, index). So a stream that starts at
/// `first_iteration` goes on bit by bit like one that came there by itself. `train` and `transform`
/// must outlive it.
///
/// With a `device`, images that DeviceImages can hold are kept there and batches made there; others
/// are made in the processor's memory, as all are without.
class TrainingBatches {
 public:
  /// Throws InvalidInput where there is no image or `batch` is below 1.
  TrainingBatches(const Images& train, const Transform& transform, std::uint64_t seed,
                  std::int64_t batch, std::int64_t first_iteration,
                  std::optional<at::Device> device = std::nullopt);

  /// The next iteration's batch. Throws what reading it threw: InvalidInput naming an image that
  /// does not decode.
  Batch next();

  /// Processor time spent on putting batches together since it was last asked for.
  double take_seconds_assembling() { return seconds_assembling_.exchange(0); }

 private:
  struct Place {
    std::uint64_t epoch = 0;
    std::int64_t index = 0;
  };

  void locate();
  Random augmentation(const Place& place) const;
  Batch assemble();
  Batch assemble_on_device();

  const Images& images_;
  const Transform& transform_;
  std::uint64_t seed_;
  std::int64_t position_;  // in the stream, of the next image to be located
  std::optional<std::uint64_t> epoch_;
  std::vector<std::int64_t> order_;  // of that epoch
  std::vector<Place> places_;        // of the batch in work
  BatchMemory memory_;
  std::optional<DeviceImages> on_device_;
  std::atomic<double> seconds_assembling_ = 0;
  Prefetch<Batch> prefetch_;  // last: its thread uses the others
};

/// `count` images from number `first` on, as they are evaluated: as many views of each, one after
/// the other, as the transform takes.
Batch evaluation_batch(const Images& images, const Transform& transform, std::int64_t first,
                       std::int64_t count);

/// Images in a batch of an evaluation; part of what makes its result reproducible.
constexpr std::int64_t kEvaluationBatch = 256;

/// All images in order, once, as they are evaluated, put together ahead. `images` and `transform`
/// must outlive it.
class EvaluationBatches {
 public:
  /// Throws InvalidInput where there is no image or `batch` is below 1.
  EvaluationBatches(const Images& images, const Transform& transform,
                    std::int64_t batch = kEvaluationBatch);

  /// The next batch, the last one smaller where the numbers do not divide; nothing after it.
  std::optional<Batch> next() { return prefetch_.next(); }

  /// Wall time that next() has waited for, in all.
  double seconds_waited() const { return prefetch_.seconds_waited(); }

 private:
  std::int64_t first_ = 0;
  BatchMemory memory_;
  Prefetch<Batch> prefetch_;  // last: its thread uses the other
};

}  // namespace reslab
