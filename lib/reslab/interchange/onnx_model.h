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

/// Element types, with ONNX's numbers (TensorProto.DataType).
enum class Type : std::int32_t { float32 = 1, uint8 = 2, int64 = 7 };

/// A constant of the graph. C order, little-endian.
struct Tensor {
  std::string name;
  Type type = Type::float32;
  std::vector<std::int64_t> shape;  // empty for a scalar
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;  // of the bytes; null where they belong to the caller
};

/// In the order of the alternatives: i, f, s, ints of an AttributeProto.
using Attribute = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>>;

struct Node {
  std::string name;
  std::string operation;             // "Conv"
  std::vector<std::string> inputs;   // of values; empty: an optional input that is not given
  std::vector<std::string> outputs;  // of values
  std::vector<std::pair<std::string, Attribute>> attributes;
};

/// A number, or a name where it is free.
using Dimension = std::variant<std::int64_t, std::string>;

/// An input or an output.
struct ValueInfo {
  std::string name;
  Type type = Type::float32;
  std::vector<Dimension> shape;
};

/// What an ONNX file holds, as far as networks need it.
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
  std::vector<Node> nodes;  // in the order of computing
};

/// What makes the model impossible to run, one line each; empty if nothing: no operator set, a
/// value that is used before it is defined or defined twice, an output that nobody computes, bytes
/// that do not fit a tensor's shape.
std::vector<std::string> problems(const Model& model);

}  // namespace reslab::onnx
