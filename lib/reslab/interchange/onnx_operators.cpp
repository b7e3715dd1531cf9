#include "reslab/interchange/onnx_operators.h"

#include <limits>

#include <ATen/ATen.h>
#include <torch/csrc/jit/ir/constants.h>

#include "reslab/model/graph.h"

namespace reslab::onnx {
namespace {

using TracedNode = torch::jit::Node;
using Integers = std::vector<std::int64_t>;

// ---- arguments of nodes

Integers integers(GraphBuilder& graph, const TracedNode& node, std::size_t input) {
  auto list = integers_of(node.input(input));
  if (!list) graph.refuse(node, "a size that is not constant");
  return *list;
}

/// The values for height and width. A single number stands for both.
Integers pair_of(Integers list) {
  if (list.size() == 1) list.push_back(list.front());
  return list;
}

bool is_none(const torch::jit::Value* value) {
  return value->type()->kind() == c10::TypeKind::NoneType;
}

void expect_false(GraphBuilder& graph, const TracedNode& node, std::size_t input,
                  const std::string& what) {
  if (torch::jit::constant_as<bool>(node.input(input)).value_or(true)) graph.refuse(node, what);
}

/// ONNX's `pads`: the padding before each axis, then after each axis.
Integers both_sides(const Integers& padding) {
  auto pads = pair_of(padding);
  pads.insert(pads.end(), pads.begin(), pads.begin() + 2);
  return pads;
}

// ---- the operators

void convolution(GraphBuilder& graph, const TracedNode& node) {
  const auto c = convolution_of(node);
  if (!c) graph.refuse(node, "a convolution that is transposed or whose padding is not numeric");
  std::vector<std::string> inputs{graph.value(c->input), graph.value(c->weight)};
  if (c->bias != nullptr) inputs.push_back(graph.value(c->bias));
  graph.add(node, "Conv", inputs,
            {{"strides", pair_of(c->stride)},
             {"pads", both_sides(c->padding)},
             {"dilations", pair_of(c->dilation)},
             {"group", c->groups}});
}

/// batch_norm(x, weight, bias, running_mean, running_var, training, momentum, eps, cudnn_enabled)
void batch_norm(GraphBuilder& graph, const TracedNode& node) {
  expect_false(graph, node, 5, "BatchNorm in training mode");
  std::vector<std::string> inputs;
  for (std::size_t i = 0; i < 5; ++i) {
    if (is_none(node.input(i))) graph.refuse(node, "BatchNorm without scale, shift or statistics");
    inputs.push_back(graph.value(node.input(i)));
  }
  const auto eps = torch::jit::constant_as<double>(node.input(7)).value();
  graph.add(node, "BatchNormalization", inputs, {{"epsilon", static_cast<float>(eps)}});
}

void linear(GraphBuilder& graph, const TracedNode& node) {
  const auto l = linear_of(node);
  if (!l || shape_of(l->input).size() != 2) graph.refuse(node, "not a linear layer of vectors");
  std::vector<std::string> inputs{graph.value(l->input), graph.value(l->weight)};
  if (l->bias != nullptr) inputs.push_back(graph.value(l->bias));
  graph.add(node, "Gemm", inputs, {{"transB", std::int64_t{1}}});
}

Translate function(const std::string& operation) {
  return [operation](GraphBuilder& graph, const TracedNode& node) {
    graph.add(node, operation, {graph.value(node.input(0))});
  };
}

/// x + alpha·y or x − alpha·y; if `reversed`, y + alpha·x or y − alpha·x.
Translate sum(const std::string& operation, bool reversed = false) {
  return [operation, reversed](GraphBuilder& graph, const TracedNode& node) {
    auto first = graph.value(node.input(reversed ? 1 : 0));
    auto second = graph.value(node.input(reversed ? 0 : 1));
    const auto alpha = torch::jit::toIValue(node.input(2));
    if (!alpha || !alpha->isScalar()) graph.refuse(node, "a factor that is not constant");
    if (alpha->toScalar().toDouble() != 1)
      second = graph.add_step("Mul", {second, graph.value(node.input(2))});
    graph.add(node, operation, {first, second});
  };
}

Translate product(const std::string& operation) {
  return [operation](GraphBuilder& graph, const TracedNode& node) {
    if (node.inputs().size() > 2 && !is_none(node.input(2)))
      graph.refuse(node, "a quotient that is rounded");
    graph.add(node, operation, {graph.value(node.input(0)), graph.value(node.input(1))});
  };
}

/// The matrix (to, from) of an adaptive average pooling along one axis.
at::Tensor pooling_weights(std::int64_t from, std::int64_t to) {
  auto weights = at::zeros({to, from});
  for (std::int64_t i = 0; i < to; ++i) {
    const auto begin = i * from / to;
    const auto end = ((i + 1) * from + to - 1) / to;
    weights[i].slice(0, begin, end).fill_(1.0 / static_cast<double>(end - begin));
  }
  return weights;
}

/// adaptive_avg_pool2d(x, output_size). ONNX has it only for the output size 1×1; other sizes
/// become a matrix product along each axis.
void adaptive_average_pool(GraphBuilder& graph, const TracedNode& node) {
  const auto size = pair_of(integers(graph, node, 1));
  const auto shape = shape_of(node.input(0));
  const Integers from(shape.end() - 2, shape.end());
  if (from == size) return graph.add_identity(node, node.input(0));
  const auto input = graph.value(node.input(0));
  if (size == Integers{1, 1}) return graph.add(node, "GlobalAveragePool", {input});
  const auto rows = graph.constant(pooling_weights(from[0], size[0]));
  const auto columns = graph.constant(pooling_weights(from[1], size[1]).t());
  graph.add(node, "MatMul", {graph.add_step("MatMul", {rows, input}), columns});
}

/// max_pool2d(x, kernel, stride, padding, dilation, ceil_mode) and avg_pool2d(x, kernel, stride,
/// padding, ceil_mode, count_include_pad, divisor_override).
Attributes pooling(GraphBuilder& graph, const TracedNode& node, std::size_t ceil_mode) {
  expect_false(graph, node, ceil_mode, "pooling whose output is rounded up");
  const auto kernel = pair_of(integers(graph, node, 1));
  const auto stride = pair_of(integers(graph, node, 2));
  return {{"kernel_shape", kernel},
          {"strides", stride.empty() ? kernel : stride},
          {"pads", both_sides(integers(graph, node, 3))}};
}

void max_pool(GraphBuilder& graph, const TracedNode& node) {
  auto attributes = pooling(graph, node, 5);
  attributes.emplace_back("dilations", pair_of(integers(graph, node, 4)));
  graph.add(node, "MaxPool", {graph.value(node.input(0))}, attributes);
}

void average_pool(GraphBuilder& graph, const TracedNode& node) {
  auto attributes = pooling(graph, node, 4);
  if (!is_none(node.input(6))) graph.refuse(node, "an average with a divisor of its own");
  const bool with_padding = torch::jit::constant_as<bool>(node.input(5)).value();
  attributes.emplace_back("count_include_pad", std::int64_t{with_padding ? 1 : 0});
  graph.add(node, "AveragePool", {graph.value(node.input(0))}, attributes);
}

/// flatten(x, first, last)
void flatten(GraphBuilder& graph, const TracedNode& node) {
  const auto first = integers(graph, node, 1).front();
  const auto last = integers(graph, node, 2).front();
  const auto rank = static_cast<std::int64_t>(shape_of(node.input(0)).size());
  if (first != 1 || (last != -1 && last != rank - 1))
    graph.refuse(node, "flattening of other axes than all behind the batch's");
  graph.add(node, "Flatten", {graph.value(node.input(0))}, {{"axis", std::int64_t{1}}});
}

/// view(x, size) and reshape(x, size). Tracing in C++ records the batch size as a constant.
void reshape(GraphBuilder& graph, const TracedNode& node) {
  const auto size = integers(graph, node, 1);
  if (size.empty() || size.front() != -1)
    graph.refuse(node, "a shape that fixes the batch's size; flatten() keeps it free");
  graph.add(node, "Reshape", {graph.value(node.input(0)), graph.constant(size)});
}

/// slice(x, axis, start, end, step)
void slice(GraphBuilder& graph, const TracedNode& node) {
  const auto bound = [&](std::size_t input, std::int64_t absent) {
    return is_none(node.input(input)) ? Integers{absent} : integers(graph, node, input);
  };
  const auto start = graph.constant(bound(2, 0));
  const auto end = graph.constant(bound(3, std::numeric_limits<std::int64_t>::max()));
  const auto axis = graph.constant(integers(graph, node, 1));
  const auto step = graph.constant(integers(graph, node, 4));
  graph.add(node, "Slice", {graph.value(node.input(0)), start, end, axis, step});
}

/// constant_pad_nd(x, padding, value). `padding` has two numbers for each axis, last axis first.
void pad(GraphBuilder& graph, const TracedNode& node) {
  const auto padding = integers(graph, node, 1);
  const auto rank = shape_of(node.input(0)).size();
  Integers pads(2 * rank);  // before each axis, then after each axis
  for (std::size_t i = 0; i < padding.size() / 2; ++i) {
    pads[rank - 1 - i] = padding[2 * i];
    pads[2 * rank - 1 - i] = padding[2 * i + 1];
  }
  graph.add(node, "Pad",
            {graph.value(node.input(0)), graph.constant(pads), graph.value(node.input(2))});
}

/// dropout(x, p, training)
void dropout(GraphBuilder& graph, const TracedNode& node) {
  expect_false(graph, node, 2, "dropout in training mode");
  graph.add_identity(node, node.input(0));
}

/// to(x, …), to another type or device
void cast(GraphBuilder& graph, const TracedNode& node) {
  const auto type_of = [](const torch::jit::Value* value) {
    return value->type()->expectRef<c10::TensorType>().scalarType();
  };
  if (type_of(node.output()) == type_of(node.input(0)))
    return graph.add_identity(node, node.input(0));
  if (type_of(node.output()) != at::kFloat) graph.refuse(node, "a type other than float32");
  graph.add(node, "Cast", {graph.value(node.input(0))},
            {{"to", static_cast<std::int64_t>(Type::float32)}});
}

/// t(weight). Adds nothing: `linear_of` reads it as part of the linear layer.
void transpose(GraphBuilder& graph, const TracedNode& node) {
  if (attribute_path(node.input(0)).empty()) graph.refuse(node, "not of a linear layer's weight");
}

}  // namespace

const std::map<std::string, Translate>& operators() {
  static const std::map<std::string, Translate> table = {
      {"aten::_convolution", convolution},
      {"aten::adaptive_avg_pool2d", adaptive_average_pool},
      {"aten::add", sum("Add")},
      {"aten::add_", sum("Add")},
      {"aten::addmm", linear},
      {"aten::avg_pool2d", average_pool},
      {"aten::batch_norm", batch_norm},
      {"aten::constant_pad_nd", pad},
      {"aten::conv2d", convolution},
      {"aten::div", product("Div")},
      {"aten::dropout", dropout},
      {"aten::flatten", flatten},
      {"aten::linear", linear},
      {"aten::max_pool2d", max_pool},
      {"aten::mul", product("Mul")},
      {"aten::relu", function("Relu")},
      {"aten::relu_", function("Relu")},
      {"aten::reshape", reshape},
      {"aten::rsub", sum("Sub", true)},
      {"aten::sigmoid", function("Sigmoid")},
      {"aten::slice", slice},
      {"aten::sub", sum("Sub")},
      {"aten::t", transpose},
      {"aten::to", cast},
      {"aten::view", reshape},
  };
  return table;
}

}  // namespace reslab::onnx
