#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reslab/model/network_spec.h"

namespace reslab {

/// The most layers that a formula's depth may have; the paper's deepest.
constexpr std::int64_t kDeepest = 1202;

/// Whether the spec's family has a network of its blocks and depth.
bool depth_exists(const NetworkSpec& spec);

/// The depths that exist, for people: "18, 34" or "8, 14, … and every other 6n+2 up to 1202".
std::string possible_depths(const NetworkSpec& spec);

/// Whether a CIFAR or ImageNet network of this depth has bottlenecks unless told otherwise.
bool bottlenecks_by_default(Family family, std::int64_t depth);

/// Whether the depth alone means the ImageNet family.
bool is_imagenet_depth(std::int64_t depth);

/// Blocks in each stage, first to last: of a VGG network convolutions, of the highway family
/// highway layers, of AlexNet none. The depth must exist.
std::vector<std::int64_t> blocks_per_stage(const NetworkSpec& spec);

}  // namespace reslab
