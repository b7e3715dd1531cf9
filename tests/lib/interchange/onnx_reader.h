#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <protozero/pbf_message.hpp>

#include "reslab/base/error.h"
#include "reslab/interchange/onnx_model.h"

/// Reads ONNX files, to test the writer.
namespace reslab::onnx::reader {

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
inline constexpr std::array<std::int32_t, std::variant_size_v<Attribute>> kAttributeTypes = {2, 1,
                                                                                             3, 7};

/// A view of a message, which is searched again for each field.
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

inline std::pair<std::string, Attribute> read(const Message<AttributeField>& message) {
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

inline Node read(const Message<NodeField>& message) {
  Node node{message.text(NodeField::name),
            message.text(NodeField::op_type),
            message.texts(NodeField::input),
            message.texts(NodeField::output),
            {}};
  for (const auto& attribute : message.messages<AttributeField>(NodeField::attribute))
    node.attributes.push_back(read(attribute));
  return node;
}

inline Tensor read(const Message<TensorField>& message) {
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

inline ValueInfo read(const Message<ValueField>& message) {
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

inline Model read(const Message<ModelField>& message) {
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

}  // namespace reslab::onnx::reader

namespace reslab::onnx {

/// Parses the bytes of an ONNX file; ignores parts of the format that Model lacks. The tensors are
/// views of `file`. Throws InvalidInput, with a message that begins with `where`, for a damaged
/// file.
inline Model parse(std::span<const std::byte> file, const std::string& where) {
  try {
    return reader::read(reader::Message<reader::ModelField>(
        reinterpret_cast<const char*>(file.data()), file.size()));
  } catch (const protozero::exception& error) {
    throw InvalidInput(where + ": not an ONNX file, or damaged (" + error.what() + ")");
  }
}

}  // namespace reslab::onnx
