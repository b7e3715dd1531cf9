#include "reslab/model/layer_shapes.h"

#include <algorithm>

#include "reslab/model/depths.h"

namespace reslab {
namespace {

/// A convolution that keeps the image size at stride 1. It has a bias if the network has no
/// BatchNorm.
ConvolutionShape convolution(const NetworkSpec& spec, std::int64_t in, std::int64_t out,
                             std::int64_t kernel, std::int64_t stride = 1) {
  return {in, out, kernel, stride, kernel / 2, !spec.batch_norm};
}

/// The convolution of a gate, which has a bias in any network.
ConvolutionShape gate(const NetworkSpec& spec, std::int64_t in, std::int64_t out,
                      std::int64_t stride = 1) {
  auto shape = convolution(spec, in, out, spec.gate == GateKind::conv1x1 ? 1 : 3, stride);
  shape.has_bias = true;
  return shape;
}

bool has_large_stem(const NetworkSpec& spec) {
  return spec.family == Family::imagenet && spec.stem == Stem::conv7x7;
}

/// Channels of each stage of the highway family: for depth 19 as in the authors' file, for depth 32
/// chosen to give the published 1.25M parameters.
std::vector<std::int64_t> highway_channels(const NetworkSpec& spec) {
  constexpr std::int64_t kDeepDepth = 32;
  return spec.depth == kDeepDepth ? std::vector<std::int64_t>{32, 48, 64}
                                  : std::vector<std::int64_t>{32, 80, 128};
}

std::vector<FeatureLayers::Feature> alexnet_features(std::int64_t in_channels) {
  return {{{in_channels, 64, 11, 4, 2, true}, true},
          {{64, 192, 5, 1, 2, true}, true},
          {{192, 384, 3, 1, 1, true}, false},
          {{384, 256, 3, 1, 1, true}, false},
          {{256, 256, 3, 1, 1, true}, true}};
}

std::vector<FeatureLayers::Feature> vgg_features(const NetworkSpec& spec) {
  constexpr std::int64_t kMostChannels = 512;
  std::vector<FeatureLayers::Feature> features;
  auto in = spec.in_channels;
  std::int64_t channels = 64;
  for (const auto count : blocks_per_stage(spec)) {
    for (std::int64_t i = 0; i < count; ++i) {
      features.push_back({{in, channels, 3, 1, 1, true}, i + 1 == count});
      in = channels;
    }
    channels = std::min(2 * channels, kMostChannels);
  }
  return features;
}

}  // namespace

BlockLayers block_layers(const NetworkSpec& spec, const BlockShape& shape) {
  BlockLayers layers;
  const auto& layout = layout_of(spec.block);
  const auto channels = shape.out_channels / layout.expansion();
  const auto strided = spec.stride_in == StrideIn::conv1x1 ? 0 : layout.first_3x3();
  auto in = shape.in_channels;
  for (std::int64_t i = 0; i < layout.layers(); ++i) {
    const auto& [kernel, factor] = layout.convolutions[static_cast<std::size_t>(i)];
    const auto out = channels * factor;
    layers.transform.push_back(convolution(spec, in, out, kernel, i == strided ? shape.stride : 1));
    in = out;
  }
  const bool pre_activation = spec.activation == Activation::full_pre_activation;
  layers.norms_precede = pre_activation;
  // Pre-activation blocks add values that are not normalised, on both paths.
  layers.projection_has_norm = !pre_activation;
  if (spec.connection == Connection::plain) return layers;
  if (spec.shortcut == Shortcut::C || (spec.shortcut == Shortcut::B && shape.changes()))
    layers.projection = convolution(spec, shape.in_channels, shape.out_channels, 1, shape.stride);
  if (spec.connection == Connection::highway)
    layers.gate = gate(spec, shape.in_channels, shape.out_channels, shape.stride);
  return layers;
}

StagedLayers staged_layers(const NetworkSpec& spec) {
  StagedLayers layers;
  std::int64_t channels = spec.family == Family::imagenet ? 64 : 16;
  if (has_large_stem(spec)) {
    layers.stem = convolution(spec, spec.in_channels, channels, 7, 2);
    layers.pooling = {3, 2, 1};
  } else {
    layers.stem = convolution(spec, spec.in_channels, channels, 3);
  }
  layers.stem_has_norm = spec.activation != Activation::full_pre_activation;
  auto width = channels * spec.width;
  for (const auto count : blocks_per_stage(spec)) {
    std::vector<BlockShape> blocks;
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t stride = i == 0 && !layers.stages.empty() ? 2 : 1;
      const auto out = width * layout_of(spec.block).expansion();
      blocks.push_back({channels, out, stride});
      channels = out;
    }
    layers.stages.push_back(std::move(blocks));
    width *= 2;
  }
  layers.head = {channels, spec.classes};
  return layers;
}

HighwayLayers highway_layers(const NetworkSpec& spec) {
  constexpr std::int64_t kLastChannels = 100;
  HighwayLayers layers;
  const auto counts = blocks_per_stage(spec);
  const auto channels = highway_channels(spec);
  auto in = spec.in_channels;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto out = channels[i];
    layers.stages.push_back({convolution(spec, in, out, 3), counts[i],
                             convolution(spec, out, out, 3), gate(spec, out, out)});
    in = out;
  }
  layers.last = convolution(spec, in, kLastChannels, 1);
  layers.head = {kLastChannels, spec.classes};
  return layers;
}

FeatureLayers feature_layers(const NetworkSpec& spec) {
  constexpr std::int64_t kHidden = 4096;
  const bool alexnet = spec.family == Family::alexnet;
  FeatureLayers layers;
  layers.features = alexnet ? alexnet_features(spec.in_channels) : vgg_features(spec);
  layers.pooling.window = alexnet ? 3 : 2;
  layers.pooled_size = alexnet ? 6 : 7;
  const auto flat =
      layers.features.back().convolution.out_channels * layers.pooled_size * layers.pooled_size;
  layers.classifier = {{flat, kHidden}, {kHidden, kHidden}, {kHidden, spec.classes}};
  return layers;
}

}  // namespace reslab
