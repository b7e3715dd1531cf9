#include "reslab/interchange/onnx_graph.h"

#include <algorithm>
#include <memory>

#include <ATen/ATen.h>
#include <torch/csrc/jit/ir/constants.h>

#include "reslab/base/error.h"
#include "reslab/model/graph.h"

namespace reslab::onnx {
namespace {

/// The parameter or buffer at the path; undefined if the path names anything else.
at::Tensor tensor_at(torch::jit::Module module, const std::string& path) {
  std::size_t begin = 0;
  for (auto dot = path.find('.'); dot != std::string::npos; dot = path.find('.', begin)) {
    module = module.attr(path.substr(begin, dot - begin)).toModule();
    begin = dot + 1;
  }
  const auto attribute = module.attr(path.substr(begin));
  return attribute.isTensor() ? attribute.toTensor() : at::Tensor();
}

}  // namespace

void GraphBuilder::arrive_at(const torch::jit::Node& node) {
  for (const auto* input : node.inputs())
    if (const auto path = attribute_path(input); !path.empty())
      layer_ = path.substr(0, path.rfind('.'));
}

std::string GraphBuilder::value(const torch::jit::Value* traced) {
  if (const auto known = names_.find(traced); known != names_.end()) return known->second;
  std::string name;
  if (auto path = attribute_path(traced); !path.empty()) {
    name = std::move(path);
    taken_.insert(name);
    add_initializer(name, tensor_at(traced_, name));
  } else if (const auto number = torch::jit::toIValue(traced); number && number->isTensor()) {
    name = constant(number->toTensor().to(at::kFloat));
  } else if (number && number->isScalar()) {
    name = constant(at::scalar_tensor(number->toScalar(), at::kFloat));
  } else {
    refuse(*traced->node(), "its result is used as a tensor");
  }
  return names_[traced] = name;
}

std::string GraphBuilder::constant(const std::vector<std::int64_t>& list) {
  auto& name = lists_[list];
  if (name.empty()) {
    name = unique("constant");
    add_initializer(name, at::tensor(list, at::kLong));
  }
  return name;
}

std::string GraphBuilder::constant(const at::Tensor& numbers) {
  auto name = unique("constant");
  add_initializer(name, numbers);
  return name;
}

void GraphBuilder::add(const torch::jit::Node& node, const std::string& operation,
                       const std::vector<std::string>& inputs, const Attributes& attributes) {
  names_[node.output()] = add_step(operation, inputs, attributes);
}

std::string GraphBuilder::add_step(const std::string& operation,
                                   const std::vector<std::string>& inputs,
                                   const Attributes& attributes) {
  auto name = unique((layer_.empty() ? "input" : layer_) + '/' + operation);
  nodes_.push_back({name, operation, inputs, {name}, attributes});
  return name;
}

void GraphBuilder::add_identity(const torch::jit::Node& node, const torch::jit::Value* input) {
  names_[node.output()] = value(input);
}

void GraphBuilder::define_input(const torch::jit::Value* traced, const std::string& name) {
  taken_.insert(name);
  names_[traced] = name;
}

void GraphBuilder::rename(const std::string& from, const std::string& to) {
  for (auto& node : nodes_) {
    std::ranges::replace(node.inputs, from, to);
    std::ranges::replace(node.outputs, from, to);
  }
}

void GraphBuilder::refuse(const torch::jit::Node& node, const std::string& reason) const {
  throw InvalidInput(std::string("ONNX export: ") + node.kind().toQualString() + ' ' + place() +
                     ": " + reason);
}

std::string GraphBuilder::place() const {
  return layer_.empty() ? "before the first layer" : "in or after " + layer_;
}

std::string GraphBuilder::unique(const std::string& wanted) {
  auto name = wanted;
  for (int i = 2; !taken_.insert(name).second; ++i) name = wanted + '_' + std::to_string(i);
  return name;
}

void GraphBuilder::add_initializer(const std::string& name, const at::Tensor& tensor) {
  const auto kept = std::make_shared<at::Tensor>(tensor.detach().cpu().contiguous());
  Tensor initializer;
  if (kept->scalar_type() == at::kFloat)
    initializer.type = Type::float32;
  else if (kept->scalar_type() == at::kLong)
    initializer.type = Type::int64;
  else
    throw InvalidInput("ONNX export: '" + name + "' is of type " +
                       c10::toString(kept->scalar_type()) + ", expected float32");
  initializer.name = name;
  initializer.shape = kept->sizes().vec();
  initializer.bytes = {static_cast<const std::byte*>(kept->data_ptr()), kept->nbytes()};
  initializer.owner = kept;
  initializers_.push_back(std::move(initializer));
}

}  // namespace reslab::onnx
