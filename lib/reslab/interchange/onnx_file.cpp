#include "reslab/interchange/onnx_file.h"

#include <array>
#include <bit>
#include <limits>

#include <protozero/pbf_builder.hpp>
#include <protozero/pbf_message.hpp>

#include "reslab/base/error.h"

namespace reslab::onnx {
namespace {

static_assert(std::endian::native == std::endian::little, "ONNX stores tensors little-endian");

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

// ---- writing

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

// ---- reading: a message is a view that is searched again for each field

template <class Field>
class Message : public protozero::pbf_message<Field> {
 public:
  using protozero::pbf_message<Field>::pbf_message;

  /// Calls `read` with the message positioned at each occurrence of the field.
  template <class Read>
  void each(Field field, protozero::pbf_wire_type type, const Read& read) const {
    for (auto message = *this; message.next(field, type);) read(message);
  }

  std::int64_t number(Field field) const {
    std::int64_t value = 0;
    each(field, protozero::pbf_wire_type::varint, [&](auto& at) { value = at.get_int64(); });
    return value;
  }

  std::vector<std::int64_t> numbers(Field field) const {
    std::vector<std::int64_t> values;
    each(field, protozero::pbf_wire_type::varint,
         [&](auto& at) { values.push_back(at.get_int64()); });
    return values;
  }

  std::vector<std::string> texts(Field field) const {
    std::vector<std::string> values;
    each(field, protozero::pbf_wire_type::length_delimited,
         [&](auto& at) { values.push_back(at.get_string()); });
    return values;
  }

  std::string text(Field field) const {
    auto values = texts(field);
    return values.empty() ? "" : std::move(values.back());
  }

  template <class Inner>
  std::vector<Message<Inner>> messages(Field field) const {
    std::vector<Message<Inner>> values;
    each(field, protozero::pbf_wire_type::length_delimited,
         [&](auto& at) { values.emplace_back(at.get_view()); });
    return values;
  }

  /// The last occurrence, or an empty message.
  template <class Inner>
  Message<Inner> message(Field field) const {
    auto values = messages<Inner>(field);
    return values.empty() ? Message<Inner>() : values.back();
  }
};

std::pair<std::string, Attribute> read(const Message<AttributeField>& message) {
  Attribute value;
  const auto type = static_cast<std::int32_t>(message.number(AttributeField::type));
  if (type == kAttributeTypes[0]) value = message.number(AttributeField::i);
  if (type == kAttributeTypes[1])
    message.each(AttributeField::f, protozero::pbf_wire_type::fixed32,
                 [&](auto& at) { value = at.get_float(); });
  if (type == kAttributeTypes[2]) value = message.text(AttributeField::s);
  if (type == kAttributeTypes[3]) value = message.numbers(AttributeField::ints);
  return {message.text(AttributeField::name), std::move(value)};
}

Node read(const Message<NodeField>& message) {
  Node node{message.text(NodeField::name),
            message.text(NodeField::op_type),
            message.texts(NodeField::input),
            message.texts(NodeField::output),
            {}};
  for (const auto& attribute : message.messages<AttributeField>(NodeField::attribute))
    node.attributes.push_back(read(attribute));
  return node;
}

Tensor read(const Message<TensorField>& message) {
  Tensor tensor{message.text(TensorField::name),
                static_cast<Type>(message.number(TensorField::data_type)),
                message.numbers(TensorField::dims),
                {},
                nullptr};
  message.each(TensorField::raw_data, protozero::pbf_wire_type::length_delimited, [&](auto& at) {
    const auto view = at.get_view();
    tensor.bytes = {reinterpret_cast<const std::byte*>(view.data()), view.size()};
  });
  return tensor;
}

ValueInfo read(const Message<ValueField>& message) {
  const auto tensor =
      message.message<TypeField>(ValueField::type).message<TensorTypeField>(TypeField::tensor_type);
  ValueInfo value{message.text(ValueField::name),
                  static_cast<Type>(tensor.number(TensorTypeField::elem_type)),
                  {}};
  const auto shape = tensor.message<ShapeField>(TensorTypeField::shape);
  for (const auto& dim : shape.messages<DimensionField>(ShapeField::dim)) {
    const auto names = dim.texts(DimensionField::param);
    if (names.empty())
      value.shape.emplace_back(dim.number(DimensionField::value));
    else
      value.shape.emplace_back(names.back());
  }
  return value;
}

Model read(const Message<ModelField>& message) {
  Model model;
  model.ir_version = message.number(ModelField::ir_version);
  model.producer = message.text(ModelField::producer_name);
  model.producer_version = message.text(ModelField::producer_version);
  for (const auto& set : message.messages<OperatorSetField>(ModelField::opset_import))
    if (set.text(OperatorSetField::domain).empty())
      model.opset = set.number(OperatorSetField::version);
  for (const auto& entry : message.messages<EntryField>(ModelField::metadata_props))
    model.metadata[entry.text(EntryField::key)] = entry.text(EntryField::value);
  const auto graph = message.message<GraphField>(ModelField::graph);
  model.graph_name = graph.text(GraphField::name);
  for (const auto& input : graph.messages<ValueField>(GraphField::input))
    model.inputs.push_back(read(input));
  for (const auto& output : graph.messages<ValueField>(GraphField::output))
    model.outputs.push_back(read(output));
  for (const auto& tensor : graph.messages<TensorField>(GraphField::initializer))
    model.initializers.push_back(read(tensor));
  for (const auto& node : graph.messages<NodeField>(GraphField::node))
    model.nodes.push_back(read(node));
  return model;
}

}  // namespace

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

Model parse(std::span<const std::byte> file, const std::string& where) {
  try {
    return read(Message<ModelField>(reinterpret_cast<const char*>(file.data()), file.size()));
  } catch (const protozero::exception& error) {
    throw InvalidInput(where + ": not an ONNX file, or damaged (" + error.what() + ")");
  }
}

}  // namespace reslab::onnx
