#include "reslab/model/depths.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

#include "reslab/base/text.h"

namespace reslab {
namespace {

using Stages = std::vector<std::int64_t>;  // the number of blocks in each stage
using Depths = std::map<std::int64_t, Stages>;

/// The depths of ImageNet networks: stem, blocks, linear layer.
Depths imagenet_depths(const BlockLayout& layout) {
  Depths depths;
  for (const auto& stages : layout.imagenet) {
    const auto blocks = std::accumulate(stages.begin(), stages.end(), std::int64_t{0});
    depths[layout.layers() * blocks + 2] = stages;
  }
  return depths;
}

const std::map<Family, Depths> kListed = {
    {Family::highway, {{19, {4, 5, 5}}, {32, {9, 9, 9}}}},
    {Family::vgg,
     {{11, {1, 1, 2, 2, 2}}, {13, {2, 2, 2, 2, 2}}, {16, {2, 2, 3, 3, 3}}, {19, {2, 2, 4, 4, 4}}}},
    {Family::alexnet, {{8, {}}}},
};

/// The family's depths, or nothing where a formula gives them.
std::optional<Depths> listed(const NetworkSpec& spec) {
  if (spec.family == Family::imagenet) return imagenet_depths(layout_of(spec.block));
  const auto found = kListed.find(spec.family);
  return found == kListed.end() ? std::nullopt : std::optional(found->second);
}

constexpr std::int64_t kFormulaStages = 3;

/// depth = period·n + rest, with n blocks in each stage.
struct Formula {
  std::int64_t period;
  std::int64_t rest;
};

Formula formula(const NetworkSpec& spec) {
  // The stem and the linear layer; Wide ResNets also count the projections of two stages.
  const std::int64_t rest = spec.family == Family::wide ? 4 : 2;
  return {kFormulaStages * layout_of(spec.block).layers(), rest};
}

}  // namespace

bool depth_exists(const NetworkSpec& spec) {
  if (const auto depths = listed(spec)) return depths->contains(spec.depth);
  const auto [period, rest] = formula(spec);
  return spec.depth >= period + rest && spec.depth <= kDeepest && (spec.depth - rest) % period == 0;
}

std::string possible_depths(const NetworkSpec& spec) {
  if (const auto depths = listed(spec))
    return joined(*depths, ", ", [](const auto& entry) { return std::to_string(entry.first); });
  const auto [period, rest] = formula(spec);
  std::string list;
  for (std::int64_t n = 1; n <= 9; ++n) list += std::to_string(period * n + rest) + ", ";
  return list + "and every other " + std::to_string(period) + "n+" + std::to_string(rest) +
         " up to " + std::to_string(kDeepest);
}

BlockKind default_block(Family family, std::int64_t depth) {
  for (const auto& layout : block_layouts()) {
    const bool cifar = family == Family::cifar && std::ranges::count(layout.cifar, depth) > 0;
    const bool imagenet = family == Family::imagenet && imagenet_depths(layout).contains(depth);
    if (cifar || imagenet) return layout.kind;
  }
  return block_layouts().front().kind;
}

bool is_imagenet_depth(std::int64_t depth) {
  return std::ranges::any_of(block_layouts(), [depth](const auto& layout) {
    return imagenet_depths(layout).contains(depth);
  });
}

std::vector<std::int64_t> blocks_per_stage(const NetworkSpec& spec) {
  if (const auto depths = listed(spec)) return depths->at(spec.depth);
  const auto [period, rest] = formula(spec);
  return std::vector<std::int64_t>(kFormulaStages, (spec.depth - rest) / period);
}

}  // namespace reslab
