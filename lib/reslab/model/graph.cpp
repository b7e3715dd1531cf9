#include "reslab/model/graph.h"

#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/torch.h>

namespace reslab {

using torch::jit::Node;
using torch::jit::Value;

namespace {

torch::jit::Module mirror(const torch::nn::Module& module, const std::string& type_name,
                          const std::shared_ptr<torch::jit::CompilationUnit>& unit) {
  torch::jit::Module copy(c10::QualifiedName(type_name), unit);
  // Python's `m.training` and `m.eval()` need this attribute.
  copy.register_attribute("training", c10::BoolType::get(), false);
  for (const auto& entry : module.named_parameters(false))
    copy.register_parameter(entry.key(), entry.value(), false);
  for (const auto& entry : module.named_buffers(false))
    copy.register_buffer(entry.key(), entry.value());
  for (const auto& child : module.named_children())
    copy.register_module(child.key(), mirror(*child.value(), type_name + '_' + child.key(), unit));
  return copy;
}

/// The value, or null if it is None.
const Value* given(const Value* value) {
  return value->type()->kind() == c10::TypeKind::NoneType ? nullptr : value;
}

bool is_one(const Value* value) {
  const auto constant = torch::jit::toIValue(value);
  return constant && constant->isScalar() && constant->toScalar().toDouble() == 1;
}

}  // namespace

torch::jit::Module trace(torch::nn::Module& module,
                         const std::function<at::Tensor(const at::Tensor&)>& forward,
                         const at::Tensor& example) {
  const torch::NoGradGuard no_grad;
  const bool was_training = module.is_training();
  module.eval();
  auto unit = std::make_shared<torch::jit::CompilationUnit>();
  auto mirrored = mirror(module, "__torch__.reslab.Network", unit);

  const auto run = [&forward](torch::jit::Stack inputs) -> torch::jit::Stack {
    return {forward(inputs.front().toTensor())};
  };
  const auto name_of = [](const at::Tensor&) { return std::string(); };
  const auto traced =
      torch::jit::tracer::trace({example}, run, name_of, true, false, &mirrored, {"input"});
  module.train(was_training);

  const auto type = mirrored.type();
  auto* function =
      unit->create_function(c10::QualifiedName(*type->name(), "forward"), traced.first->graph);
  type->addMethod(function);
  return mirrored;
}

std::vector<std::int64_t> shape_of(const Value* value) {
  return *value->type()->expectRef<c10::TensorType>().sizes().concrete_sizes();
}

std::string attribute_path(const Value* value) {
  const Node* node = value->node();
  if (node->kind() != c10::prim::GetAttr) return "";
  const auto owner = attribute_path(node->input(0));
  const auto& name = node->s(c10::attr::name);
  return owner.empty() ? name : owner + '.' + name;
}

std::optional<std::vector<std::int64_t>> integers_of(const Value* value) {
  if (const auto constant = torch::jit::toIValue(value)) {
    if (constant->isInt()) return {{constant->toInt()}};
    if (constant->isIntList()) return constant->toIntVector();
    return std::nullopt;
  }
  if (value->node()->kind() != c10::prim::ListConstruct) return std::nullopt;
  std::vector<std::int64_t> list;
  for (const auto* item : value->node()->inputs()) {
    const auto constant = torch::jit::toIValue(item);
    if (!constant || !constant->isInt()) return std::nullopt;
    list.push_back(constant->toInt());
  }
  return list;
}

std::optional<ConvolutionNode> convolution_of(const Node& node) {
  // conv2d(input, weight, bias, stride, padding, dilation, groups)
  // _convolution(input, weight, bias, stride, padding, dilation, transposed, output_padding,
  // groups…)
  const bool general = node.kind() == c10::aten::_convolution;
  if (!general && node.kind() != c10::aten::conv2d) return std::nullopt;
  if (general && torch::jit::constant_as<bool>(node.input(6)).value_or(true)) return std::nullopt;
  const auto stride = integers_of(node.input(3));
  const auto padding = integers_of(node.input(4));
  const auto dilation = integers_of(node.input(5));
  const auto groups = integers_of(node.input(general ? 8 : 6));
  if (!stride || !padding || !dilation || !groups) return std::nullopt;
  return ConvolutionNode{node.input(0), node.input(1), given(node.input(2)), *stride,
                         *padding,      *dilation,     groups->front()};
}

std::optional<LinearNode> linear_of(const Node& node) {
  if (node.kind() == c10::aten::linear)
    return LinearNode{node.input(0), node.input(1), given(node.input(2))};
  // addmm(bias, x, t(weight), beta, alpha)
  if (node.kind() != c10::aten::addmm || node.input(2)->node()->kind() != c10::aten::t ||
      !is_one(node.input(3)) || !is_one(node.input(4)))
    return std::nullopt;
  return LinearNode{node.input(1), node.input(2)->node()->input(0), node.input(0)};
}

}  // namespace reslab
