#include "reslab/interchange/weights_network.h"

#include <algorithm>
#include <map>

#include "reslab/model/network_name.h"

namespace reslab {
namespace {

using Shapes = std::map<std::string, std::vector<std::int64_t>>;  // of weights, by name

constexpr std::int64_t kImagenetStages = 4;
constexpr std::int64_t kCifarStages = 3;
constexpr std::int64_t kImagenetChannels = 64;  // of the stem
constexpr std::int64_t kCifarChannels = 16;

std::string block_name(std::int64_t stage, std::int64_t block) {
  return "layer" + std::to_string(stage) + "." + std::to_string(block) + ".";
}

/// The number of blocks of a stage, from 1; 0 if there is no such stage.
std::int64_t blocks_of(const Shapes& shapes, std::int64_t stage) {
  std::int64_t count = 0;
  while (shapes.contains(block_name(stage, count) + "conv1.weight")) ++count;
  return count;
}

Shortcut shortcut_of(const Shapes& shapes) {
  const auto has = [&](std::int64_t stage, std::int64_t block) {
    return shapes.contains(block_name(stage, block) + "downsample.0.weight");
  };
  if (has(1, 1) || (has(1, 0) && !shapes.contains("layer1.0.conv3.weight"))) return Shortcut::C;
  return has(2, 0) ? Shortcut::B : Shortcut::A;
}

}  // namespace

std::optional<NetworkSpec> network_of(const std::vector<WeightEntry>& entries) {
  Shapes shapes;
  for (const auto& entry : entries) shapes[torchvision_name(entry.name)] = entry.shape;
  const auto& stem = shapes["conv1.weight"];
  const auto& first = shapes["layer1.0.conv1.weight"];
  if (stem.size() != 4 || first.size() != 4) return std::nullopt;
  // Pre-activation networks without a BatchNorm after the last block, as kuangliu has them.
  const bool normalized = shapes.contains("bn1.weight");
  if (!normalized && shapes.contains("layer1.0.bn1.weight") && !shapes.contains("bn_last.weight"))
    return std::nullopt;

  std::int64_t stages = 0;
  std::int64_t blocks = 0;
  while (blocks_of(shapes, stages + 1) > 0) blocks += blocks_of(shapes, ++stages);
  const bool bottleneck = shapes.contains("layer1.0.conv3.weight");
  const auto block = bottleneck ? BlockKind::bottleneck : BlockKind::basic;
  if (stages != kImagenetStages && stages != kCifarStages) return std::nullopt;
  const auto family = stages == kImagenetStages ? Family::imagenet : Family::cifar;
  if (stem[0] != (family == Family::imagenet ? kImagenetChannels : kCifarChannels))
    return std::nullopt;
  auto result = default_network(family, layout_of(block).layers() * blocks + 2);
  const auto& gate = shapes["layer1.0.gate.weight"];
  if (gate.size() == 4) result.connection = Connection::highway;
  result.block = block;
  result.shortcut = shortcut_of(shapes);
  result.in_channels = stem[1];
  if (family == Family::imagenet && stem[2] == 3) result.stem = Stem::conv3x3;
  if (family == Family::cifar) result.width = std::max<std::int64_t>(1, first[0] / stem[0]);
  if (shapes.contains("bn_last.weight"))
    result.activation = Activation::full_pre_activation;
  else
    result.batch_norm = normalized;
  if (const auto& head = shapes["fc.weight"]; head.size() == 2) result.classes = head[0];
  if (gate.size() == 4 && gate[2] == 3) result.gate = GateKind::conv3x3;
  if (pads_both_sides(result, entries)) result.padding = Padding::both;
  if (!errors(result).empty()) return std::nullopt;
  return result;
}

bool pads_both_sides(const NetworkSpec& spec, const std::vector<WeightEntry>& entries) {
  return spec.family == Family::cifar && spec.shortcut == Shortcut::A &&
         std::ranges::find(entries, "linear.weight", &WeightEntry::name) != entries.end();
}

std::optional<NetworkSpec> stored_network(const WeightsFile& weights) {
  const auto found = weights.metadata.find("network");
  if (found == weights.metadata.end()) return std::nullopt;
  return parse_network(found->second);
}

std::vector<std::string> assumptions(const NetworkSpec& spec,
                                     const std::vector<std::string>& given) {
  std::vector<std::string> lines;
  const auto& table = network_settings();
  for (const auto& setting : table) {
    const bool known = std::ranges::find(kNotInWeights, setting.name) == kNotInWeights.end() ||
                       std::ranges::find(given, setting.name) != given.end();
    if (!known && table.unused(setting, spec).empty())
      lines.push_back("assumed: " + setting.name + "=" + to_text(table.get(setting, spec)) + " (" +
                      setting.meaning + "; " + expected(setting) + ")");
  }
  return lines;
}

}  // namespace reslab
