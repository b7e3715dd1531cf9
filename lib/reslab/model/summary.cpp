#include "reslab/model/summary.h"

#include <functional>
#include <map>

#include <torch/csrc/jit/ir/ir.h>
#include <torch/torch.h>

#include "reslab/model/trace.h"

namespace reslab {
namespace {

using torch::jit::Node;
using torch::jit::Value;

std::vector<std::int64_t> shape_of(const Value* value) {
  return *value->type()->expectRef<c10::TensorType>().sizes().concrete_sizes();
}

std::int64_t product(const std::vector<std::int64_t>& shape, std::size_t from) {
  std::int64_t result = 1;
  for (auto i = from; i < shape.size(); ++i) result *= shape[i];
  return result;
}

/// "layer1.0.conv1.weight" for a parameter's value, empty for any other.
std::string attribute_path(const Value* value) {
  const Node* node = value->node();
  if (node->kind() != c10::prim::GetAttr) return "";
  const auto owner = attribute_path(node->input(0));
  const auto& name = node->s(c10::attr::name);
  return owner.empty() ? name : owner + '.' + name;
}

std::string convolution_text(const Node& node) {
  const auto weight = shape_of(node.input(1));
  const auto* strides = node.input(3)->node();  // a list built from two constants
  const auto stride = torch::jit::toIValue(strides->input(0))->toInt();
  auto text = "conv " + std::to_string(weight[2]) + "×" + std::to_string(weight[3]);
  if (stride != 1) text += ", stride " + std::to_string(stride);
  return text;
}

std::int64_t convolution_macs(const Node& node) {
  // Each output value takes one multiply-add per weight of its channel.
  return product(shape_of(node.output()), 1) * product(shape_of(node.input(1)), 1);
}

std::int64_t linear_macs(const Node& node) { return product(shape_of(node.input(1)), 0); }

/// What the graph's operators are called and cost; operators without parameters cost nothing.
struct Operation {
  std::function<std::string(const Node&)> text;
  std::function<std::int64_t(const Node&)> macs;
};

const std::map<std::string, Operation>& operations() {
  const auto nothing = [](const Node&) -> std::int64_t { return 0; };
  static const std::map<std::string, Operation> table = {
      {"aten::conv2d", {convolution_text, convolution_macs}},
      {"aten::_convolution", {convolution_text, convolution_macs}},
      {"aten::batch_norm", {[](const Node&) { return "batch norm"; }, nothing}},
      {"aten::linear", {[](const Node&) { return "linear"; }, linear_macs}},
  };
  return table;
}

}  // namespace

NetworkSummary summarize(Network& network, std::int64_t size) {
  const auto example = torch::zeros({1, network.spec().in_channels, size, size});
  const auto traced =
      trace(network, [&network](const at::Tensor& x) { return network.forward(x); }, example);

  std::map<std::string, std::int64_t> parameters;  // by the layer's name
  for (const auto& entry : network.named_parameters())
    parameters[entry.key().substr(0, entry.key().rfind('.'))] += entry.value().numel();

  NetworkSummary summary;
  const auto graph = traced.get_method("forward").graph();
  for (const auto* node : graph->nodes()) {
    const auto operation = operations().find(node->kind().toQualString());
    if (operation == operations().end()) continue;
    const auto weight = attribute_path(node->input(1));
    auto output = shape_of(node->output());
    output.erase(output.begin());
    LayerSummary layer;
    layer.name = weight.substr(0, weight.rfind('.'));
    layer.operation = operation->second.text(*node);
    layer.output = std::move(output);
    layer.parameters = parameters[layer.name];
    layer.macs = operation->second.macs(*node);
    summary.macs += layer.macs;
    summary.layers.push_back(std::move(layer));
  }
  summary.parameters = parameter_count(network);
  return summary;
}

std::int64_t default_image_size(Family family) { return family == Family::cifar ? 32 : 224; }

}  // namespace reslab
