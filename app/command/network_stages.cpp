#include "app/command/network_stages.h"

#include <set>

#include <fmt/format.h>

#include "reslab/base/text.h"

namespace reslab::app {
namespace {

/// A stage while its layers are collected.
struct Stage {
  StageSummary summary;
  std::set<std::string> blocks;
  std::string first_block;
  std::vector<std::string> steps;  // of the first block, or of all layers outside of blocks
};

bool is_features(const LayerSummary& layer) { return layer.name.starts_with("features."); }

/// Whether the layer begins the stage that follows `stage`.
bool begins_stage(const LayerSummary& layer, const Stage& stage) {
  const auto block = block_of(layer.name);
  if (!block.empty()) return stage.summary.name != block.substr(0, block.find('.'));
  if (is_features(layer)) return stage.summary.output != layer.output;
  return layer.operation == "linear" ? stage.summary.name != "head" : !stage.blocks.empty();
}

std::string stage_name(const LayerSummary& layer, std::size_t number) {
  if (const auto block = block_of(layer.name); !block.empty())
    return block.substr(0, block.find('.'));
  if (is_features(layer)) return fmt::format("stage {}", number);
  return number == 1 && layer.operation != "linear" ? "stem" : "head";
}

void add_layer(const LayerSummary& layer, Stage& stage) {
  stage.summary.parameters += layer.parameters;
  stage.summary.macs += layer.macs;
  const auto block = block_of(layer.name);
  if (!block.empty()) stage.blocks.insert(block);
  if (is_beside_the_path(layer)) return;
  stage.summary.output = layer.output;
  if (stage.first_block.empty()) stage.first_block = block;
  if (layer.operation == "batch norm" || block != stage.first_block) return;
  stage.steps.push_back(layer.operation == "linear"
                            ? fmt::format("linear {}", layer.output[0])
                            : fmt::format("{} {}", kernel_of(layer), layer.output[0]));
}

StageSummary finished(Stage stage) {
  auto& content = stage.summary.content;
  content = joined(stage.steps, ", ", [](const std::string& step) { return step; });
  if (!stage.blocks.empty()) content = fmt::format("{} × ({})", stage.blocks.size(), content);
  return stage.summary;
}

}  // namespace

std::string block_of(const std::string& layer) {
  const auto end = layer.rfind('.');
  if (!layer.starts_with("layer") || end == layer.npos) return "";
  const auto stage_end = layer.find('.');
  return layer.substr(0, layer.find('.', stage_end + 1));
}

bool is_beside_the_path(const LayerSummary& layer) {
  return layer.name.find("downsample") != layer.name.npos || layer.name.ends_with(".gate");
}

std::string kernel_of(const LayerSummary& layer) {
  const auto begin = layer.operation.find(' ') + 1;
  return layer.operation.substr(begin, layer.operation.find(',') - begin);
}

std::vector<StageSummary> stages_of(const NetworkSummary& summary) {
  std::vector<StageSummary> stages;
  Stage stage;
  for (const auto& layer : summary.layers) {
    if (!stage.summary.name.empty() && begins_stage(layer, stage)) {
      stages.push_back(finished(std::move(stage)));
      stage = {};
    }
    if (stage.summary.name.empty()) stage.summary.name = stage_name(layer, stages.size() + 1);
    add_layer(layer, stage);
  }
  if (!stage.summary.name.empty()) stages.push_back(finished(std::move(stage)));
  return stages;
}

}  // namespace reslab::app
