#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "reslab/model/network_spec.h"

namespace reslab {

// The shapes of a network's layers, without LibTorch. The networks are constructed from them
// (staged_network.h, highway_network.h, feature_network.h), and count_network() counts them.

/// A convolution with a square kernel.
struct ConvolutionShape {
  std::int64_t in_channels = 0;
  std::int64_t out_channels = 0;
  std::int64_t kernel = 1;  // side of the square
  std::int64_t stride = 1;
  std::int64_t padding = 0;
  bool has_bias = false;

  /// The height or width of the output for an input of `size` pixels.
  std::int64_t output_size(std::int64_t size) const {
    return (size + 2 * padding - kernel) / stride + 1;
  }
};

/// A max-pooling layer with a square window.
struct PoolingShape {
  std::int64_t window = 2;  // side of the square
  std::int64_t stride = 2;
  std::int64_t padding = 0;

  std::int64_t output_size(std::int64_t size) const {
    return (size + 2 * padding - window) / stride + 1;
  }
};

/// A linear layer, which has a bias.
struct LinearShape {
  std::int64_t in_features = 0;
  std::int64_t out_features = 0;
};

/// The change of shape from a block's input to its output, equal for the transform and the
/// shortcut.
struct BlockShape {
  std::int64_t in_channels = 0;
  std::int64_t out_channels = 0;
  std::int64_t stride = 1;

  bool changes() const { return in_channels != out_channels || stride != 1; }
};

/// The layers of a block. The transform has one BatchNorm for each convolution: behind it, or with
/// full pre-activation before it.
struct BlockLayers {
  std::vector<ConvolutionShape> transform;
  bool norms_precede = false;
  std::optional<ConvolutionShape> projection;  // of the shortcut
  bool projection_has_norm = false;
  std::optional<ConvolutionShape> gate;

  /// The channels of the BatchNorm of a convolution of the transform.
  std::int64_t norm_channels(const ConvolutionShape& convolution) const {
    return norms_precede ? convolution.in_channels : convolution.out_channels;
  }
};

BlockLayers block_layers(const NetworkSpec& spec, const BlockShape& shape);

/// The layers of a network with stages of blocks. Requires is_staged(spec).
struct StagedLayers {
  ConvolutionShape stem;
  std::optional<PoolingShape> pooling;          // behind the stem
  bool stem_has_norm = true;                    // otherwise a BatchNorm follows the last block
  std::vector<std::vector<BlockShape>> stages;  // the blocks of each stage
  LinearShape head;
};

StagedLayers staged_layers(const NetworkSpec& spec);

/// The layers of a network of the highway family: stages of a convolution and highway layers, with
/// max-pooling between the stages.
struct HighwayLayers {
  struct Stage {
    ConvolutionShape convolution;
    std::int64_t count = 0;      // highway layers
    ConvolutionShape transform;  // of each highway layer
    ConvolutionShape gate;       // of each highway layer
  };
  std::vector<Stage> stages;
  PoolingShape pooling;
  ConvolutionShape last;
  LinearShape head;
};

HighwayLayers highway_layers(const NetworkSpec& spec);

/// The layers of a network of the families VGG and AlexNet.
struct FeatureLayers {
  struct Feature {
    ConvolutionShape convolution;
    bool is_pooled = false;
  };
  std::vector<Feature> features;
  PoolingShape pooling;
  std::int64_t pooled_size = 0;  // height and width of the linear layers' input
  std::vector<LinearShape> classifier;
};

FeatureLayers feature_layers(const NetworkSpec& spec);

}  // namespace reslab
