#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace reslab {

/// The kinds of blocks; block_layouts() says what each is.
enum class BlockKind { basic, bottleneck };

/// One convolution of a block's transform F.
struct BlockConvolution {
  std::int64_t kernel;  // side of the square
  std::int64_t factor;  // output channels, as a multiple of the stage's channels
};

/// A kind of block (Deep Residual Learning, Fig. 5), from which everything else follows: the
/// transform, the depths that exist, and the choices of the setting `block`. A new kind is one
/// entry in BlockKind, one row in block_layouts(), and its reference in
/// tests/reference/settings.py.
struct BlockLayout {
  BlockKind kind;
  std::string name;
  std::vector<BlockConvolution> convolutions;
  std::vector<std::vector<std::int64_t>> imagenet;  // blocks in each stage (Table 1)
  std::vector<std::int64_t> cifar;                  // CIFAR depths that have it by default

  /// Weighted layers of one block.
  std::int64_t layers() const { return static_cast<std::int64_t>(convolutions.size()); }

  /// Channels that a block gives per channel of its stage.
  std::int64_t expansion() const { return convolutions.back().factor; }

  /// The number, from 0, of the first 3×3 convolution.
  std::int64_t first_3x3() const {
    return std::ranges::find(convolutions, 3, &BlockConvolution::kernel) - convolutions.begin();
  }
};

/// Every kind of block. The first one is the default.
inline const std::vector<BlockLayout>& block_layouts() {
  static const std::vector<BlockLayout> layouts = {
      {.kind = BlockKind::basic,
       .name = "basic",
       .convolutions = {{3, 1}, {3, 1}},
       .imagenet = {{2, 2, 2, 2}, {3, 4, 6, 3}},
       .cifar = {}},
      {.kind = BlockKind::bottleneck,
       .name = "bottleneck",
       .convolutions = {{1, 1}, {3, 1}, {1, 4}},
       .imagenet = {{3, 4, 6, 3}, {3, 4, 23, 3}, {3, 8, 36, 3}},
       .cifar = {164, 1001}},
  };
  return layouts;
}

inline const BlockLayout& layout_of(BlockKind kind) {
  return *std::ranges::find(block_layouts(), kind, &BlockLayout::kind);
}

}  // namespace reslab
