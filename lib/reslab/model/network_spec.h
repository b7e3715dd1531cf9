#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reslab/setting.h"

namespace reslab {

/// How a block's transform F meets its input x: plain F(x); residual F(x) + S(x); highway
/// T(x)·F(x) + (1 − T(x))·S(x) with a learned gate T. Each is followed by ReLU.
enum class Connection { plain, residual, highway };

/// `cifar`: 3×3 stem, three stages of 16, 32, 64 channels (Deep Residual Learning, section 4.2).
/// `imagenet`: 7×7 stem with max-pooling, four stages of 64 … 512 channels (Table 1).
enum class Family { cifar, imagenet };

/// Two 3×3 convolutions, or 1×1, 3×3, 1×1 with four times the channels at the end (Fig. 5).
enum class BlockKind { basic, bottleneck };

/// The shortcut S (section 4.1): A identity, subsampled and zero-padded where the shape changes;
/// B a 1×1 projection with BatchNorm where the shape changes; C a projection everywhere.
enum class Shortcut { A, B, C };

/// Where option A puts its zero channels: at the end (the paper, fb.resnet.torch), or half on both
/// sides (the reference Python port). Weights fit either way and compute something else.
enum class Padding { end, both };

/// Which convolution of a bottleneck carries the stride: the first 1×1 (the paper), or the 3×3
/// (torchvision's released weights).
enum class StrideIn { conv1x1, conv3x3 };

/// Everything that tells one network from another.
struct NetworkSpec {
  Connection connection = Connection::residual;
  std::int64_t depth = 20;  // weighted layers
  Family family = Family::cifar;
  BlockKind block = BlockKind::basic;
  Shortcut shortcut = Shortcut::A;
  Padding padding = Padding::end;
  StrideIn stride_in = StrideIn::conv1x1;
  std::int64_t classes = 10;
  std::int64_t in_channels = 3;
  double gate_bias = -3;  // a highway gate starts mostly closed: sigmoid(−3) = 0.047

  bool operator==(const NetworkSpec&) const = default;
};

/// The settings, bound to `spec`. Setting the connection, depth, family or block brings the
/// defaults that go with it: 18, 34, 50, 101 and 152 mean the ImageNet family, 164 and 1001 CIFAR
/// bottlenecks.
Settings settings(NetworkSpec& spec);

/// What makes the network impossible (a depth that does not exist …), one line each; empty if
/// nothing.
std::vector<std::string> problems(const NetworkSpec& spec);

/// Reads `resnet-34:shortcut=C`. Throws InvalidInput with every mistake in it.
NetworkSpec parse_network(std::string_view text);

/// `plain-56`, `resnet-34:shortcut=C`: only settings that the network uses and that differ from the
/// default are shown.
std::string name(const NetworkSpec& spec);

/// Blocks in each stage, first to last. The spec must have no problems.
std::vector<std::int64_t> blocks_per_stage(const NetworkSpec& spec);

}  // namespace reslab
