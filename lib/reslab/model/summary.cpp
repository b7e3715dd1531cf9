#include "reslab/model/summary.h"

#include <map>
#include <optional>

#include <c10/util/accumulate.h>
#include <torch/torch.h>

#include "reslab/model/graph.h"
#include "reslab/model/observer.h"

namespace reslab {
namespace {

using torch::jit::Node;
using Parameters = torch::OrderedDict<std::string, at::Tensor>;

/// Describes a convolution, a BatchNorm or a linear layer, apart from its parameters. Nothing for
/// other nodes.
std::optional<LayerSummary> layer_of(const Node& node, const Parameters& parameters) {
  const auto convolution = convolution_of(node);
  const auto linear = linear_of(node);
  if (!convolution && !linear && node.kind() != c10::aten::batch_norm) return std::nullopt;
  // The second input of convolutions and of BatchNorm is the weight, too.
  const auto path = attribute_path(linear ? linear->weight : node.input(1));
  const auto& weight = parameters[path];  // (out, in / groups, height, width) or (out, in)
  LayerSummary layer;
  layer.name = path.substr(0, path.rfind('.'));
  layer.operation = "batch norm";
  layer.output = shape_of(node.output());
  layer.output.erase(layer.output.begin());
  if (linear) {
    layer.operation = "linear";
    layer.macs = weight.numel();
  } else if (convolution) {
    const auto stride = convolution->stride.front();
    layer.operation =
        "conv " + std::to_string(weight.size(2)) + "×" + std::to_string(weight.size(3));
    if (stride != 1) layer.operation += ", stride " + std::to_string(stride);
    // One multiply-add per output value and weight of its channel.
    layer.macs = c10::multiply_integers(layer.output) * weight[0].numel();
  }
  return layer;
}

class ImplementationRecorder : public Observer {
 public:
  void implementation(const torch::nn::Module& layer, const Implementation& found) override {
    by_layer.emplace(&layer, found);
  }

  std::map<const torch::nn::Module*, Implementation> by_layer;
};

}  // namespace

NetworkSummary summarize(Network& network, std::int64_t size) {
  const auto example = torch::zeros({1, network.spec().in_channels, size, size});
  const auto traced =
      trace(network, [&network](const at::Tensor& x) { return network.forward(x); }, example);

  const auto weights = network.named_parameters();
  std::map<std::string, std::int64_t> parameters;  // by the layer's name
  for (const auto& entry : weights)
    parameters[entry.key().substr(0, entry.key().rfind('.'))] += entry.value().numel();

  NetworkSummary summary;
  const auto graph = traced.get_method("forward").graph();
  for (const auto* node : graph->nodes()) {
    auto layer = layer_of(*node, weights);
    if (!layer) continue;
    layer->parameters = parameters[layer->name];
    summary.macs += layer->macs;
    summary.outputs += c10::multiply_integers(layer->output);
    summary.layers.push_back(std::move(*layer));
  }
  summary.parameters = parameter_count(network);
  return summary;
}

std::map<std::string, Implementation> implementations(Network& network, std::int64_t size,
                                                      const Execution& execution, bool training) {
  const bool was_training = network.is_training();
  network.train(training);
  ImplementationRecorder recorder;
  {
    const ExecutionScope execution_scope(execution);
    const ObserverScope observer_scope(recorder);
    const torch::AutoGradMode gradients(training);
    network.forward(torch::zeros({2, network.spec().in_channels, size, size}, execution.device));
  }
  network.train(was_training);
  std::map<std::string, Implementation> by_name;
  for (const auto& entry : network.named_modules())
    if (const auto found = recorder.by_layer.find(entry.value().get());
        found != recorder.by_layer.end())
      by_name.emplace(entry.key(), found->second);
  return by_name;
}

}  // namespace reslab
