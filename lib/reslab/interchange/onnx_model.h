#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace reslab::onnx {

/// Element types with their values in TensorProto.DataType.
enum class Type : std::int32_t { float32 = 1, uint8 = 2, int64 = 7 };

/// A constant of the graph. C order, little-endian.
struct Tensor {
  std::string name;
  Type type = Type::float32;
  std::vector<std::int64_t> shape;  // empty for a scalar
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;  // of the bytes; null if they belong to the caller
};

/// The alternatives are AttributeProto's fields i, f, s and ints.
using Attribute = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>>;

struct Node {
  std::string name;
  std::string operation;             // "Conv"
  std::vector<std::string> inputs;   // names of values; an absent optional input is empty
  std::vector<std::string> outputs;  // names of values
  std::vector<std::pair<std::string, Attribute>> attributes;
};

/// A number, or the name of a free dimension.
using Dimension = std::variant<std::int64_t, std::string>;

/// An input or output of the graph.
struct ValueInfo {
  std::string name;
  Type type = Type::float32;
  std::vector<Dimension> shape;
};

/// The parts of an ONNX file that networks need.
struct Model {
  std::int64_t ir_version = 0;
  std::int64_t opset = 0;  // of the standard operators
  std::string producer;
  std::string producer_version;
  std::map<std::string, std::string> metadata;
  std::string graph_name;
  std::vector<ValueInfo> inputs;
  std::vector<ValueInfo> outputs;
  std::vector<Tensor> initializers;
  std::vector<Node> nodes;  // in execution order
};

/// Returns a line for each error that prevents the model from running: no operator set, a value
/// that is used before its definition or defined twice, an output that no node computes, bytes that
/// do not fit a tensor's shape.
std::vector<std::string> errors(const Model& model);

/// The bytes of an ONNX file. Throws InvalidInput for a model over 2 GiB, the limit of protobuf.
std::string to_bytes(const Model& model);

}  // namespace reslab::onnx
