#include "reslab/model/network_counts.h"

#include <cmath>
#include <string>

#include <unistd.h>

#include "reslab/base/error.h"
#include "reslab/model/layer_shapes.h"
#include "reslab/model/network_name.h"

namespace reslab {
namespace {

/// Sums over the layers of a forward pass. `size_` is the height and width of the feature maps.
class Counter {
 public:
  Counter(bool batch_norm, std::int64_t size) : batch_norm_(batch_norm), size_(size) {}

  void convolution(const ConvolutionShape& shape) { size_ = beside(shape); }

  /// Counts a convolution on a second path, and returns the size of its output.
  std::int64_t beside(const ConvolutionShape& shape) {
    const auto size = shape.output_size(size_);
    const auto weights = shape.in_channels * shape.out_channels * shape.kernel * shape.kernel;
    counts_.parameters += weights + (shape.has_bias ? shape.out_channels : 0);
    counts_.macs += weights * size * size;
    counts_.outputs += shape.out_channels * size * size;
    return size;
  }

  void norm(std::int64_t channels) { norm(channels, size_); }

  void norm(std::int64_t channels, std::int64_t size) {
    if (!batch_norm_) return;
    counts_.parameters += 2 * channels;  // the scale and the offset
    counts_.outputs += channels * size * size;
  }

  void pooling(const PoolingShape& shape) { size_ = shape.output_size(size_); }

  void linear(const LinearShape& shape) {
    const auto weights = shape.in_features * shape.out_features;
    counts_.parameters += weights + shape.out_features;
    counts_.macs += weights;
    counts_.outputs += shape.out_features;
  }

  void block(const BlockLayers& layers) {
    if (layers.projection) {
      const auto size = beside(*layers.projection);
      if (layers.projection_has_norm) norm(layers.projection->out_channels, size);
    }
    if (layers.gate) beside(*layers.gate);
    for (const auto& shape : layers.transform) {
      if (layers.norms_precede) norm(layers.norm_channels(shape));
      convolution(shape);
      if (!layers.norms_precede) norm(layers.norm_channels(shape));
    }
  }

  const NetworkCounts& counts() const { return counts_; }

 private:
  bool batch_norm_;
  std::int64_t size_;
  NetworkCounts counts_;
};

void count(const StagedLayers& layers, const NetworkSpec& spec, Counter& counter) {
  counter.convolution(layers.stem);
  if (layers.stem_has_norm) counter.norm(layers.stem.out_channels);
  if (layers.pooling) counter.pooling(*layers.pooling);
  for (const auto& stage : layers.stages)
    for (const auto& shape : stage) counter.block(block_layers(spec, shape));
  if (!layers.stem_has_norm) counter.norm(layers.head.in_features);
  counter.linear(layers.head);
}

void count(const HighwayLayers& layers, Counter& counter) {
  bool first = true;
  for (const auto& stage : layers.stages) {
    if (!first) counter.pooling(layers.pooling);
    first = false;
    counter.convolution(stage.convolution);
    counter.norm(stage.convolution.out_channels);
    for (std::int64_t i = 0; i < stage.count; ++i) {
      counter.beside(stage.gate);
      counter.convolution(stage.transform);
      counter.norm(stage.transform.out_channels);
    }
  }
  counter.convolution(layers.last);
  counter.norm(layers.last.out_channels);
  counter.linear(layers.head);
}

void count(const FeatureLayers& layers, Counter& counter) {
  for (const auto& feature : layers.features) {
    counter.convolution(feature.convolution);
    counter.norm(feature.convolution.out_channels);
    if (feature.is_pooled) counter.pooling(layers.pooling);
  }
  for (const auto& shape : layers.classifier) counter.linear(shape);
}

}  // namespace

NetworkCounts count_network(const NetworkSpec& spec, std::int64_t size) {
  Counter counter(spec.batch_norm, size);
  switch (spec.family) {
    case Family::highway:
      count(highway_layers(spec), counter);
      break;
    case Family::vgg:
    case Family::alexnet:
      count(feature_layers(spec), counter);
      break;
    case Family::cifar:
    case Family::imagenet:
    case Family::wide:
      count(staged_layers(spec), spec, counter);
      break;
  }
  return counter.counts();
}

void check_memory(const NetworkSpec& spec) {
  const auto memory =
      static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  const auto parameters = count_network(spec, default_image_size(spec)).parameters;
  const auto bytes = static_cast<double>(parameters) * sizeof(float);
  if (bytes < memory) return;
  constexpr double kGiB = 1 << 30;
  throw InvalidInput(name(spec) + ": its weights take " +
                     std::to_string(std::llround(bytes / kGiB)) + " GiB, this machine has " +
                     std::to_string(std::llround(memory / kGiB)) +
                     " GiB; expected a smaller width or depth");
}

}  // namespace reslab
