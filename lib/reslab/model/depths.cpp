#include "reslab/model/depths.h"

#include <map>

namespace reslab {
namespace {

using Depths = std::map<std::int64_t, std::vector<std::int64_t>>;  // to blocks per stage

const Depths kImagenetBasic = {{18, {2, 2, 2, 2}}, {34, {3, 4, 6, 3}}};
const Depths kImagenetBottleneck = {{50, {3, 4, 6, 3}}, {101, {3, 4, 23, 3}}, {152, {3, 8, 36, 3}}};
const Depths kHighway = {{19, {4, 5, 5}}, {32, {9, 9, 9}}};
const Depths kVgg = {
    {11, {1, 1, 2, 2, 2}}, {13, {2, 2, 2, 2, 2}}, {16, {2, 2, 3, 3, 3}}, {19, {2, 2, 4, 4, 4}}};
const Depths kAlexnet = {{8, {}}};

/// The family's depths where they are listed; none where a formula gives them.
const Depths* listed(const NetworkSpec& spec) {
  switch (spec.family) {
    case Family::imagenet:
      return spec.block == BlockKind::basic ? &kImagenetBasic : &kImagenetBottleneck;
    case Family::highway:
      return &kHighway;
    case Family::vgg:
      return &kVgg;
    case Family::alexnet:
      return &kAlexnet;
    case Family::cifar:
    case Family::wide:
      break;
  }
  return nullptr;
}

/// depth = period·n + rest, n blocks in each of three stages.
struct Formula {
  std::int64_t period;
  std::int64_t rest;
};

Formula formula(const NetworkSpec& spec) {
  // Wide ResNets count the projections of two stages, too.
  return {spec.block == BlockKind::basic ? 6 : 9, spec.family == Family::wide ? 4 : 2};
}

}  // namespace

bool depth_exists(const NetworkSpec& spec) {
  if (const auto* depths = listed(spec)) return depths->contains(spec.depth);
  const auto [period, rest] = formula(spec);
  return spec.depth >= period + rest && spec.depth <= kDeepest && (spec.depth - rest) % period == 0;
}

std::string possible_depths(const NetworkSpec& spec) {
  std::string list;
  if (const auto* depths = listed(spec)) {
    for (const auto& [depth, stages] : *depths)
      list += (list.empty() ? "" : ", ") + std::to_string(depth);
    return list;
  }
  const auto [period, rest] = formula(spec);
  for (std::int64_t n = 1; n <= 9; ++n) list += std::to_string(period * n + rest) + ", ";
  return list + "and every other " + std::to_string(period) + "n+" + std::to_string(rest) +
         " up to " + std::to_string(kDeepest);
}

bool bottlenecks_by_default(Family family, std::int64_t depth) {
  if (family == Family::imagenet) return kImagenetBottleneck.contains(depth);
  return family == Family::cifar && (depth == 164 || depth == 1001);
}

bool is_imagenet_depth(std::int64_t depth) {
  return kImagenetBasic.contains(depth) || kImagenetBottleneck.contains(depth);
}

std::vector<std::int64_t> blocks_per_stage(const NetworkSpec& spec) {
  if (const auto* depths = listed(spec)) return depths->at(spec.depth);
  const auto [period, rest] = formula(spec);
  return std::vector<std::int64_t>(3, (spec.depth - rest) / period);
}

}  // namespace reslab
