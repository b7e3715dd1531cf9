#include "reslab/model/summary.h"

#include <functional>
#include <map>

#include <torch/torch.h>

#include "reslab/model/graph.h"
#include "reslab/model/observer.h"
#include "reslab/model/trace.h"

namespace reslab {
namespace {

using torch::jit::Node;
using torch::jit::Value;

std::int64_t product(at::IntArrayRef shape, std::size_t from) {
  std::int64_t result = 1;
  for (auto i = from; i < shape.size(); ++i) result *= shape[i];
  return result;
}

const Value* weight_of(const Node& node) {
  const auto linear = linear_of(node);
  return linear ? linear->weight : node.input(1);  // a convolution's or BatchNorm's, too
}

/// A node with the shape of its weight: (out, in / groups, height, width) or (out, in).
struct Layer {
  const Node& node;
  at::IntArrayRef weight;
};

std::string convolution_text(const Layer& layer) {
  const auto stride = convolution_of(layer.node).value().stride.front();
  auto text = "conv " + std::to_string(layer.weight[2]) + "×" + std::to_string(layer.weight[3]);
  if (stride != 1) text += ", stride " + std::to_string(stride);
  return text;
}

std::int64_t convolution_macs(const Layer& layer) {
  // One multiply-add per output value and weight of its channel.
  return product(shape_of(layer.node.output()), 1) * product(layer.weight, 1);
}

std::string linear_text(const Layer&) { return "linear"; }

std::int64_t linear_macs(const Layer& layer) { return product(layer.weight, 0); }

/// The name and the multiply-adds of an operator of the graph.
struct Operation {
  std::function<std::string(const Layer&)> text;
  std::function<std::int64_t(const Layer&)> macs;
};

const std::map<std::string, Operation>& operations() {
  const auto nothing = [](const Layer&) -> std::int64_t { return 0; };
  static const std::map<std::string, Operation> table = {
      {"aten::conv2d", {convolution_text, convolution_macs}},
      {"aten::_convolution", {convolution_text, convolution_macs}},
      {"aten::batch_norm", {[](const Layer&) { return "batch norm"; }, nothing}},
      {"aten::linear", {linear_text, linear_macs}},
      {"aten::addmm", {linear_text, linear_macs}},
  };
  return table;
}

class ImplementationRecorder : public Observer {
 public:
  void response(const torch::nn::Module&, const std::function<at::Tensor()>&) override {}
  void gate(const torch::nn::Module&, const at::Tensor&) override {}
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
    const auto operation = operations().find(node->kind().toQualString());
    if (operation == operations().end()) continue;
    const auto weight = attribute_path(weight_of(*node));
    const Layer traced_layer{*node, weights[weight].sizes()};
    auto output = shape_of(node->output());
    output.erase(output.begin());
    LayerSummary layer;
    layer.name = weight.substr(0, weight.rfind('.'));
    layer.operation = operation->second.text(traced_layer);
    layer.output = std::move(output);
    layer.parameters = parameters[layer.name];
    layer.macs = operation->second.macs(traced_layer);
    summary.macs += layer.macs;
    summary.layers.push_back(std::move(layer));
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
