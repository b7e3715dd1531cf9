#include "reslab/train/diagnostics.h"

#include <utility>

#include <torch/torch.h>

#include "reslab/ranks/collectives.h"
#include "reslab/train/stopwatch.h"

namespace reslab {
namespace {

/// The weight of a convolution or linear layer; undefined for other modules.
at::Tensor weight_of(const torch::nn::Module& module) {
  if (const auto* convolution = module.as<torch::nn::Conv2d>()) return convolution->weight;
  if (const auto* linear = module.as<torch::nn::Linear>()) return linear->weight;
  return {};
}

bool is_norm(const torch::nn::Module& module) {
  return module.as<torch::nn::BatchNorm2d>() != nullptr ||
         module.as<torch::nn::Identity>() != nullptr;
}

std::string parent_of(const std::string& name) {
  const auto dot = name.rfind('.');
  return dot == std::string::npos ? "" : name.substr(0, dot);
}

}  // namespace

LayerProbe::LayerProbe(const Network& network, const DiagnosticsOptions& options)
    : options_(options) {
  // A norm belongs to the layer that is registered before it, if both have the same parent.
  std::string before;
  for (const auto& entry : network.named_modules("", false)) {
    const auto& name = entry.key();
    const auto* module = entry.value().get();
    if (const auto weight = weight_of(*module); weight.defined()) {
      layer_of_[module] = layers_.size();
      add_layer(name, weight);
      before = name;
    } else if (is_norm(*module) && !before.empty()) {
      if (parent_of(name) == parent_of(before)) layer_of_[module] = layers_.size() - 1;
      before.clear();
    }
  }
}

LayerProbe::~LayerProbe() {
  for (const auto& layer : layers_) layer.weight.remove_hook(layer.hook);
}

void LayerProbe::add_layer(const std::string& name, const at::Tensor& weight) {
  Layer layer;
  layer.record.layer = name;
  layer.record.index = static_cast<std::int64_t>(layers_.size());
  layer.weight = weight;
  layer.has_gradient = std::make_shared<bool>(false);
  layer.hook = weight.register_hook(
      [has_gradient = layer.has_gradient](const at::Tensor&) { *has_gradient = true; });
  layers_.push_back(std::move(layer));
}

void LayerProbe::response(const torch::nn::Module& norm, const std::function<at::Tensor()>& y) {
  if (!options_.layer_response) return;
  const Stopwatch watch(seconds_);
  const torch::NoGradGuard no_grad;
  const auto found = layer_of_.find(&norm);
  if (found == layer_of_.end()) return;
  layers_[found->second].record.response_std = y().detach().to(at::kFloat).std().item<double>();
}

void LayerProbe::gate(const torch::nn::Module& gate, const at::Tensor& t) {
  if (!options_.gate_mean) return;
  const Stopwatch watch(seconds_);
  const torch::NoGradGuard no_grad;
  layers_[layer_of_.at(&gate)].record.gate_mean = t.detach().to(at::kFloat).mean().item<double>();
}

std::vector<LayerRecord> LayerProbe::read(std::int64_t iteration, RankGroup* group) {
  const Stopwatch watch(seconds_);
  const torch::NoGradGuard no_grad;
  std::vector<float> backward;  // on how many ranks a layer took part in the backward pass
  for (const auto& layer : layers_)
    backward.push_back(std::exchange(*layer.has_gradient, false) ? 1 : 0);
  if (group != nullptr) sum_over_ranks(*group, std::span(backward));
  std::vector<LayerRecord> rows;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    auto& layer = layers_[i];
    auto row = std::exchange(layer.record, {0, layer.record.layer, layer.record.index, {}, {}, {}});
    row.iteration = iteration;
    if (backward[i] > 0 && options_.gradient_norm)
      row.gradient_norm = layer.weight.grad().norm().item<double>();
    if (row.response_std || row.gradient_norm || row.gate_mean) rows.push_back(std::move(row));
  }
  return rows;
}

double LayerProbe::take_seconds() { return std::exchange(seconds_, 0); }

}  // namespace reslab
