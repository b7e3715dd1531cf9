#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reslab/base/setting.h"
#include "reslab/model/block_kind.h"

namespace reslab {

/// How a block's transform F meets its input x: plain F(x); residual F(x) + S(x); highway
/// T(x)·F(x) + (1 − T(x))·S(x) with a learned gate T.
enum class Connection { plain, residual, highway };

/// `cifar`: 3×3 stem, three stages of 16, 32, 64 channels (Deep Residual Learning, section 4.2).
/// `imagenet`: 7×7 stem with max-pooling, four stages of 64 … 512 channels (Table 1).
/// `wide`: pre-activation CIFAR networks of 6n+4 layers with `width` times the channels (Wide
/// Residual Networks, Table 1). `highway`: the CIFAR networks of Training Very Deep Networks; the
/// 19 layers follow its authors' files, the 32 layers docs/NETWORKS.md. `vgg`, `alexnet`: the
/// layouts of torchvision.
enum class Family { cifar, imagenet, wide, highway, vgg, alexnet };

/// The shortcut S (section 4.1): A identity, subsampled and zero-padded where the shape changes;
/// B a 1×1 projection where the shape changes; C a projection everywhere.
enum class Shortcut { A, B, C };

/// Where shortcut A puts its zero channels: all at the end (the paper, fb.resnet.torch), or half on
/// either side (the reference Python port). Weights fit both, but the outputs differ.
enum class Padding { end, both };

/// Which convolution of a bottleneck carries the stride: the first 1×1 (the paper), or the 3×3
/// (torchvision's released weights).
enum class StrideIn { conv1x1, conv3x3 };

/// The first layer of the ImageNet family: a 7×7 convolution of stride 2 with max-pooling (Table
/// 1), or for small images a 3×3 convolution of stride 1 without pooling.
enum class Stem { conv7x7, conv3x3 };

/// Where a residual block has its ReLUs and BatchNorms (Identity Mappings in Deep Residual
/// Networks, Fig. 4 a to e).
enum class Activation {
  original,
  bn_after_addition,
  relu_before_addition,
  relu_only_pre_activation,
  full_pre_activation,
};

/// The paths that a gate T multiplies: F by T and S by 1 − T, or only S by 1 − T (Identity Mappings
/// in Deep Residual Networks, Fig. 2 c and d).
enum class Gating { exclusive, shortcut_only };

/// The convolution of a gate.
enum class GateKind { conv1x1, conv3x3 };

/// The random weights at the start. `he` (He et al. 2015): variance 2 / fan-out for convolutions
/// and 2 / fan-in for linear layers. `xavier` (Glorot and Bengio 2010): uniform with variance 2 /
/// (fan-in + fan-out). `normal`: standard deviation `sigma`. Biases start at zero, biases of gates
/// at `gate_bias`.
enum class Initialization { he, xavier, normal };

/// Everything that distinguishes networks.
struct NetworkSpec {
  Connection connection = Connection::residual;
  std::int64_t depth = 20;  // weighted layers
  Family family = Family::cifar;
  BlockKind block = BlockKind::basic;
  Activation activation = Activation::original;
  Shortcut shortcut = Shortcut::A;
  Padding padding = Padding::end;
  StrideIn stride_in = StrideIn::conv1x1;
  Stem stem = Stem::conv7x7;
  std::int64_t width = 1;  // times the family's channels
  std::int64_t classes = 10;
  std::int64_t in_channels = 3;
  Gating gating = Gating::exclusive;
  GateKind gate = GateKind::conv1x1;
  double gate_bias = -3;        // a gate starts mostly closed: sigmoid(−3) = 0.047
  double residual_scale = 1;    // factor of F(x)
  double shortcut_scale = 1;    // factor of S(x)
  double shortcut_dropout = 0;  // share of S(x)'s values that a training step drops
  double survival = 1;          // probability of the last block's F (stochastic depth)
  double dropout = 0;           // share of the inputs of the layers that the family's authors chose
  bool batch_norm = true;       // without BatchNorm, convolutions have a bias
  Initialization initialization = Initialization::he;
  double sigma = 0.01;  // standard deviation of the normal initialization

  bool operator==(const NetworkSpec&) const = default;
};

/// The settings of a network. Setting the depth, family or block brings the defaults that go with
/// it: 18, 34, 50, 101 and 152 mean the ImageNet family, 164 and 1001 CIFAR bottlenecks, a highway
/// network of 19 layers the highway family.
const Settings<NetworkSpec>& network_settings();

/// The network of a connection and depth, with the defaults that go with them.
NetworkSpec default_network(Connection connection, std::int64_t depth);
/// The network of a family and depth, for families that the depth does not determine.
NetworkSpec default_network(Family family, std::int64_t depth);

struct SpecError {
  std::string setting;
  std::string what;
};

/// Why the network is impossible (a depth that does not exist, a connection that its family does
/// not have), one entry for each error.
std::vector<SpecError> errors(const NetworkSpec& spec);

/// The height and width, in pixels, of the images that such networks are trained on: 32 or 224.
std::int64_t default_image_size(const NetworkSpec& spec);

/// The least height and width, in pixels, of an image that reaches the head.
std::int64_t smallest_image_size(Family family);

/// The height or width of the last stage's feature maps for images of `size` pixels. Requires a
/// family with stages of blocks: cifar, imagenet or wide.
std::int64_t last_stage_size(const NetworkSpec& spec, std::int64_t size);

/// Whether the family has stages of blocks.
bool is_staged(const NetworkSpec& spec);

}  // namespace reslab
