#include "reslab/interchange/onnx_model.h"

#include <set>

namespace reslab::onnx {
namespace {

std::size_t element_size(Type type) {
  switch (type) {
    case Type::float32:
      return sizeof(float);
    case Type::uint8:
      return sizeof(std::uint8_t);
    case Type::int64:
      return sizeof(std::int64_t);
  }
  return 0;  // an unknown type from a file
}

bool bytes_fit(const Tensor& tensor) {
  auto bytes = element_size(tensor.type);
  if (bytes == 0) return false;
  for (const auto extent : tensor.shape)
    if (extent < 0 || __builtin_mul_overflow(bytes, static_cast<std::size_t>(extent), &bytes))
      return false;
  return bytes == tensor.bytes.size();
}

}  // namespace

std::vector<std::string> errors(const Model& model) {
  std::vector<std::string> lines;
  if (model.ir_version < 1) lines.emplace_back("the format's version is not given");
  if (model.opset < 1) lines.emplace_back("the operator set is not given");

  std::set<std::string> defined;
  const auto define = [&](const std::string& name) {
    if (name.empty() || !defined.insert(name).second)
      lines.push_back("the value '" + name + "' is defined twice or has no name");
  };
  for (const auto& input : model.inputs) define(input.name);
  for (const auto& tensor : model.initializers) {
    define(tensor.name);
    if (!bytes_fit(tensor))
      lines.push_back("'" + tensor.name + "' has another number of bytes than its shape needs");
  }
  for (const auto& node : model.nodes) {
    for (const auto& input : node.inputs)
      if (!input.empty() && !defined.contains(input))
        lines.push_back("node '" + node.name + "' uses '" + input + "' before it is defined");
    for (const auto& output : node.outputs) define(output);
  }
  if (model.outputs.empty()) lines.emplace_back("the graph has no output");
  for (const auto& output : model.outputs)
    if (!defined.contains(output.name))
      lines.push_back("the output '" + output.name + "' is not computed");
  return lines;
}

}  // namespace reslab::onnx
