#include "reslab/interchange/onnx_model.h"

#include <array>
#include <bit>
#include <limits>
#include <set>

#include <protozero/pbf_builder.hpp>

#include "reslab/base/error.h"

namespace reslab::onnx {
namespace {

static_assert(std::endian::native == std::endian::little, "ONNX stores tensors little-endian");

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

using Tag = protozero::pbf_tag_type;

// Field numbers of the messages in onnx.proto.
enum class ModelField : Tag {
  ir_version = 1,
  producer_name = 2,
  producer_version = 3,
  graph = 7,
  opset_import = 8,
  metadata_props = 14
};
enum class OperatorSetField : Tag { domain = 1, version = 2 };
enum class EntryField : Tag { key = 1, value = 2 };
enum class GraphField : Tag { node = 1, name = 2, initializer = 5, input = 11, output = 12 };
enum class NodeField : Tag { input = 1, output = 2, name = 3, op_type = 4, attribute = 5 };
enum class AttributeField : Tag { name = 1, f = 2, i = 3, s = 4, ints = 8, type = 20 };
enum class TensorField : Tag { dims = 1, data_type = 2, name = 8, raw_data = 9 };
enum class ValueField : Tag { name = 1, type = 2 };
enum class TypeField : Tag { tensor_type = 1 };
enum class TensorTypeField : Tag { elem_type = 1, shape = 2 };
enum class ShapeField : Tag { dim = 1 };
enum class DimensionField : Tag { value = 1, param = 2 };

// The values of AttributeProto.AttributeType for Attribute's alternatives: INT, FLOAT, STRING,
// INTS.
constexpr std::array<std::int32_t, std::variant_size_v<Attribute>> kAttributeTypes = {2, 1, 3, 7};

constexpr std::size_t kLargestFile = std::numeric_limits<std::int32_t>::max();

template <class Field>
using Builder = protozero::pbf_builder<Field>;

void write(Builder<NodeField>& node, const std::string& name, const Attribute& value) {
  Builder<AttributeField> out(node, NodeField::attribute);
  out.add_string(AttributeField::name, name);
  out.add_enum(AttributeField::type, kAttributeTypes.at(value.index()));
  if (const auto* number = std::get_if<std::int64_t>(&value))
    out.add_int64(AttributeField::i, *number);
  else if (const auto* real = std::get_if<float>(&value))
    out.add_float(AttributeField::f, *real);
  else if (const auto* text = std::get_if<std::string>(&value))
    out.add_bytes(AttributeField::s, *text);
  else
    for (const auto item : std::get<std::vector<std::int64_t>>(value))
      out.add_int64(AttributeField::ints, item);
}

void write(Builder<GraphField>& graph, const Node& node) {
  Builder<NodeField> out(graph, GraphField::node);
  for (const auto& input : node.inputs) out.add_string(NodeField::input, input);
  for (const auto& output : node.outputs) out.add_string(NodeField::output, output);
  out.add_string(NodeField::name, node.name);
  out.add_string(NodeField::op_type, node.operation);
  for (const auto& [name, value] : node.attributes) write(out, name, value);
}

void write(Builder<GraphField>& graph, const Tensor& tensor) {
  Builder<TensorField> out(graph, GraphField::initializer);
  for (const auto extent : tensor.shape) out.add_int64(TensorField::dims, extent);
  out.add_int32(TensorField::data_type, static_cast<std::int32_t>(tensor.type));
  out.add_string(TensorField::name, tensor.name);
  out.add_bytes(TensorField::raw_data, reinterpret_cast<const char*>(tensor.bytes.data()),
                tensor.bytes.size());
}

void write(Builder<GraphField>& graph, GraphField field, const ValueInfo& value) {
  Builder<ValueField> out(graph, field);
  out.add_string(ValueField::name, value.name);
  Builder<TypeField> type(out, ValueField::type);
  Builder<TensorTypeField> tensor(type, TypeField::tensor_type);
  tensor.add_int32(TensorTypeField::elem_type, static_cast<std::int32_t>(value.type));
  Builder<ShapeField> shape(tensor, TensorTypeField::shape);
  for (const auto& dimension : value.shape) {
    Builder<DimensionField> dim(shape, ShapeField::dim);
    if (const auto* number = std::get_if<std::int64_t>(&dimension))
      dim.add_int64(DimensionField::value, *number);
    else
      dim.add_string(DimensionField::param, std::get<std::string>(dimension));
  }
}

void write_graph(Builder<ModelField>& out, const Model& model) {
  Builder<GraphField> graph(out, ModelField::graph);
  for (const auto& node : model.nodes) write(graph, node);
  graph.add_string(GraphField::name, model.graph_name);
  for (const auto& tensor : model.initializers) write(graph, tensor);
  for (const auto& input : model.inputs) write(graph, GraphField::input, input);
  for (const auto& output : model.outputs) write(graph, GraphField::output, output);
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

std::string to_bytes(const Model& model) {
  std::size_t size = 0;
  for (const auto& tensor : model.initializers) size += tensor.bytes.size();
  const auto check = [](std::size_t bytes) {
    if (bytes > kLargestFile)
      throw InvalidInput("an ONNX file can have at most 2 GiB; these weights have " +
                         std::to_string(bytes) + " bytes");
  };
  check(size);
  std::string bytes;
  bytes.reserve(size + size / 16);
  Builder<ModelField> out(bytes);
  out.add_int64(ModelField::ir_version, model.ir_version);
  out.add_string(ModelField::producer_name, model.producer);
  out.add_string(ModelField::producer_version, model.producer_version);
  {
    Builder<OperatorSetField> set(out, ModelField::opset_import);
    set.add_string(OperatorSetField::domain, "");
    set.add_int64(OperatorSetField::version, model.opset);
  }
  write_graph(out, model);
  for (const auto& [key, value] : model.metadata) {
    Builder<EntryField> entry(out, ModelField::metadata_props);
    entry.add_string(EntryField::key, key);
    entry.add_string(EntryField::value, value);
  }
  check(bytes.size());
  return bytes;
}

}  // namespace reslab::onnx
