#include "reslab/interchange/onnx.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "reslab/base/error.h"
#include "reslab/interchange/onnx_graph.h"
#include "reslab/interchange/onnx_operators.h"
#include "reslab/model/graph.h"

namespace reslab {
namespace {

using torch::jit::Node;
using torch::jit::Value;

constexpr auto kInput = "input";
constexpr auto kOutput = "logits";
constexpr auto kBatch = "batch";

/// Whether the node only provides an argument of other nodes.
bool is_argument(const Node& node) {
  return node.kind() == c10::prim::GetAttr || node.kind() == c10::prim::Constant ||
         node.kind() == c10::prim::ListConstruct;
}

/// Refuses in-place operators on tensors that have views: ONNX has no views.
void check_in_place(onnx::GraphBuilder& graph, const Node& node) {
  static constexpr std::array<std::string_view, 7> kViews = {
      "aten::slice",  "aten::view",      "aten::reshape", "aten::flatten",
      "aten::select", "aten::transpose", "aten::t"};
  const auto is_view = [](const Node* other) {
    return std::ranges::find(kViews, std::string_view(other->kind().toQualString())) !=
           kViews.end();
  };
  if (!std::string_view(node.kind().toQualString()).ends_with('_')) return;
  const auto* changed = node.input(0);
  const auto& uses = changed->uses();
  if (is_view(changed->node()) ||
      std::ranges::any_of(uses, [&](const auto& use) { return is_view(use.user); }))
    graph.refuse(node, "changes a tensor that has views in place");
}

void check_operators(const torch::jit::Module& traced, const torch::jit::Graph& recorded) {
  onnx::GraphBuilder walk(traced);  // knows the current layer, for the messages
  std::vector<std::string> errors;
  std::set<std::string> reported;
  for (const auto* node : recorded.nodes()) {
    walk.arrive_at(*node);
    const std::string operation = node->kind().toQualString();
    if (is_argument(*node) || onnx::operators().contains(operation)) continue;
    if (reported.insert(operation).second)
      errors.push_back("ONNX export: cannot translate " + operation + ", found " + walk.place());
  }
  if (!errors.empty()) throw InvalidInput(errors);
}

onnx::ValueInfo value_info(const Value* value, const std::string& name) {
  const auto type = value->type()->expectRef<c10::TensorType>().scalarType();
  onnx::ValueInfo info{
      name, type == at::kByte ? onnx::Type::uint8 : onnx::Type::float32, {std::string(kBatch)}};
  const auto shape = shape_of(value);
  info.shape.insert(info.shape.end(), shape.begin() + 1, shape.end());
  return info;
}

}  // namespace

onnx::Model to_onnx(const torch::jit::Module& traced,
                    const std::map<std::string, std::string>& metadata) {
  const auto recorded = traced.get_method("forward").graph();
  check_operators(traced, *recorded);
  onnx::GraphBuilder graph(traced);
  const auto* input = recorded->inputs().at(1);  // after self
  const auto* output = recorded->outputs().at(0);
  graph.define_input(input, kInput);
  for (const auto* node : recorded->nodes()) {
    if (is_argument(*node)) continue;
    graph.arrive_at(*node);
    check_in_place(graph, *node);
    onnx::operators().at(node->kind().toQualString())(graph, *node);
  }
  graph.rename(graph.value(output), kOutput);

  onnx::Model model;
  model.ir_version = onnx::kIrVersion;
  model.opset = onnx::kOpset;
  model.producer = "ResLab";
  model.metadata = metadata;
  model.graph_name = "network";
  model.inputs = {value_info(input, kInput)};
  model.outputs = {value_info(output, kOutput)};
  model.initializers = std::move(graph.initializers());
  model.nodes = std::move(graph.nodes());
  return model;
}

}  // namespace reslab
