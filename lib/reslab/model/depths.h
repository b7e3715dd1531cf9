#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reslab/model/network_spec.h"

namespace reslab {

/// The depth of the paper's deepest network, and the limit where a formula gives the depths.
constexpr std::int64_t kDeepest = 1202;

/// Whether the family has a network of this depth with these blocks.
bool depth_exists(const NetworkSpec& spec);

/// The depths that exist for the family and blocks, for messages: "18, 34" or "8, 14, … and every
/// other 6n+2 up to 1202".
std::string possible_depths(const NetworkSpec& spec);

/// The blocks of a network of this family and depth unless the user chooses others.
BlockKind default_block(Family family, std::int64_t depth);

/// Whether the depth alone means the ImageNet family.
bool is_imagenet_depth(std::int64_t depth);

/// The number of blocks in each stage, first to last. VGG's stages count convolutions, those of the
/// highway family highway layers; AlexNet has no stages. Requires depth_exists(spec).
std::vector<std::int64_t> blocks_per_stage(const NetworkSpec& spec);

}  // namespace reslab
