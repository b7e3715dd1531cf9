#include "reslab/data/batches.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <string>

#include <ATen/ATen.h>

#include "reslab/base/error.h"
#include "reslab/data/parallel.h"

namespace reslab {
namespace {

// Keys that separate the random numbers for an epoch's order and an image's augmentation.
constexpr std::uint64_t kOrderKey = 1;
constexpr std::uint64_t kAugmentKey = 2;

double thread_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// A batch of `count` labels and `views` images for each of them, uninitialised.
Batch empty_batch(std::int64_t count, const Transform& transform, BatchMemory& memory,
                  std::int64_t views = 1) {
  return {memory.take(count, transform, views),
          at::empty({count}, at::TensorOptions().dtype(at::kLong))};
}

/// Calls fill(j, buffer, out, label) for each image of the batch; uses several threads if images
/// must be decoded. Returns the CPU time in seconds.
template <class Fill>
double fill_batch(const Batch& batch, const Images& images, const Fill& fill) {
  constexpr std::int64_t kDecodedAtOnce = 4;
  auto* out = batch.images.data_ptr<float>();
  auto* labels = batch.labels.data_ptr<std::int64_t>();
  const auto count = batch.labels.size(0);
  const auto floats = batch.images.numel() / count;
  std::atomic<double> seconds = 0;
  for_each_chunk(count, images.in_memory() ? count : kDecodedAtOnce,
                 images.in_memory() ? 1 : worker_count(),
                 [&](std::int64_t first, std::int64_t last) {
                   const auto start = thread_seconds();
                   std::vector<std::uint8_t> buffer;
                   for (auto j = first; j < last; ++j) fill(j, buffer, out + j * floats, labels[j]);
                   seconds += thread_seconds() - start;
                 });
  return seconds;
}

/// Drops the channels that the network does not take.
Batch with_channels(const Batch& batch, int channels) {
  if (channels == batch.images.size(1)) return batch;
  return {batch.images.narrow(1, 0, channels).contiguous(at::MemoryFormat::ChannelsLast),
          batch.labels};
}

std::int64_t checked_batch(const Images& images, std::int64_t batch) {
  if (batch < 1)
    throw InvalidInput("batch: expected at least 1 image, found " + std::to_string(batch));
  if (images.size() < 1) throw InvalidInput("data: expected at least one image, found none");
  return batch;
}

Batch evaluation_batch(const Images& images, const Transform& transform, std::int64_t first,
                       std::int64_t count, BatchMemory& memory) {
  auto batch = empty_batch(count, transform, memory, transform.test_crops());
  fill_batch(
      batch, images,
      [&](std::int64_t j, std::vector<std::uint8_t>& buffer, float* out, std::int64_t& label) {
        label = images.label(first + j);
        transform.evaluation(images.view(first + j, buffer), out);
      });
  return with_channels(batch, transform.channels());
}

}  // namespace

at::Tensor BatchMemory::take(std::int64_t count, const Transform& transform, std::int64_t views) {
  const std::array<std::int64_t, 4> sizes = {count * views, 3, transform.height(),
                                             transform.width()};
  // A view of a tensor increases only the use count of its storage.
  const auto free = std::ranges::find_if(tensors_, [&](const at::Tensor& tensor) {
    return tensor.sizes() == at::IntArrayRef(sizes) && tensor.use_count() == 1 &&
           tensor.storage().use_count() == 1;
  });
  if (free != tensors_.end()) return *free;
  tensors_.push_back(
      at::empty(sizes, at::TensorOptions().dtype(at::kFloat), at::MemoryFormat::ChannelsLast));
  return tensors_.back();
}

TrainingBatches::TrainingBatches(const Images& train, const Transform& transform,
                                 std::uint64_t seed, std::int64_t batch,
                                 std::int64_t first_iteration, std::optional<at::Device> device,
                                 Sampler sampler, std::optional<Share> share)
    : images_(train),
      transform_(transform),
      seed_(seed),
      batch_(checked_batch(train, batch)),
      share_(share.value_or(Share{0, batch_})),
      position_(first_iteration * batch_),
      sampler_(sampler),
      samples_(static_cast<std::size_t>(share_.size())),
      on_device_(device && DeviceImages::can_hold(train, transform)
                     ? std::optional<DeviceImages>(std::in_place, train, transform, *device)
                     : std::nullopt),
      prefetch_([this] { return std::optional(assemble()); }) {}

Batch TrainingBatches::next() { return *prefetch_.next(); }

void TrainingBatches::begin_epoch(std::uint64_t epoch) {
  epoch_ = epoch;
  const Random random{seed_, kOrderKey, epoch};
  if (sampler_ == Sampler::shuffle) {
    order_ = random_permutation(images_.size(), random);
    return;
  }
  std::vector<std::int64_t> labels;
  for (std::int64_t i = 0; i < images_.size(); ++i) labels.push_back(images_.label(i));
  order_ = balanced_draws(labels, random);
  std::vector<std::uint64_t> drawn(labels.size());
  repeats_.clear();
  for (const auto index : order_) repeats_.push_back(drawn[static_cast<std::size_t>(index)]++);
}

void TrainingBatches::choose_samples() {
  const auto size = images_.size();
  auto position = position_ + share_.first;
  for (auto& sample : samples_) {
    const auto epoch = static_cast<std::uint64_t>(position / size);
    if (epoch_ != epoch) begin_epoch(epoch);
    const auto place = static_cast<std::size_t>(position % size);
    sample = {epoch, order_[place], repeats_.empty() ? 0 : repeats_[place]};
    ++position;
  }
  position_ += batch_;
}

Random TrainingBatches::augmentation_random(const Sample& sample) const {
  const auto index = static_cast<std::uint64_t>(sample.index);
  if (sample.repeat == 0) return {seed_, kAugmentKey, sample.epoch, index};
  return {seed_, kAugmentKey, sample.epoch, index, sample.repeat};
}

Batch TrainingBatches::assemble() {
  if (on_device_) return assemble_on_device();
  const auto start = thread_seconds();
  choose_samples();
  auto batch = empty_batch(std::ssize(samples_), transform_, memory_);
  const auto preparing = thread_seconds() - start;
  const auto filling = fill_batch(
      batch, images_,
      [this](std::int64_t j, std::vector<std::uint8_t>& buffer, float* out, std::int64_t& label) {
        const auto& sample = samples_[static_cast<std::size_t>(j)];
        label = images_.label(sample.index);
        auto random = augmentation_random(sample);
        const auto image = images_.training_view(sample.index, random, buffer);
        transform_.training(image, random, out);
      });
  seconds_assembling_ += preparing + filling;
  return with_channels(batch, transform_.channels());
}

Batch TrainingBatches::assemble_on_device() {
  const auto start = thread_seconds();
  choose_samples();
  std::vector<std::int64_t> indices;
  std::vector<RandomCrop> crops;
  std::vector<std::uint8_t> buffer;
  for (const auto& sample : samples_) {
    auto random = augmentation_random(sample);
    const auto image = images_.training_view(sample.index, random, buffer);
    indices.push_back(sample.index);
    crops.push_back(transform_.draw_crop(image.height, image.width, random));
  }
  auto batch = on_device_->training(indices, crops);
  seconds_assembling_ += thread_seconds() - start;
  return batch;
}

Batch evaluation_batch(const Images& images, const Transform& transform, std::int64_t first,
                       std::int64_t count) {
  BatchMemory memory;
  return evaluation_batch(images, transform, first, count, memory);
}

std::int64_t evaluation_batch_images(const Transform& transform, std::int64_t batch) {
  constexpr std::int64_t kPixels = std::int64_t{224} * 224;
  const auto pixels = std::int64_t{transform.height()} * transform.width();
  return std::clamp<std::int64_t>(batch * kPixels / pixels, 1, batch);
}

EvaluationBatches::EvaluationBatches(const Images& images, const Transform& transform,
                                     std::int64_t batch, std::optional<Share> share)
    : batch_(evaluation_batch_images(transform, checked_batch(images, batch))),
      first_(share ? share->first * batch_ : 0),
      last_(share ? std::min(share->last * batch_, images.size()) : images.size()),
      prefetch_([this, &images, &transform]() -> std::optional<Batch> {
        const auto count = std::min(batch_, last_ - first_);
        if (count <= 0) return std::nullopt;
        first_ += count;
        return evaluation_batch(images, transform, first_ - count, count, memory_);
      }) {}

}  // namespace reslab
