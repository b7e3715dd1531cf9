#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/ir/ir.h>

#include "reslab/interchange/onnx_model.h"

namespace reslab::onnx {

using Attributes = std::vector<std::pair<std::string, Attribute>>;

/// Collects the nodes and initializers of an ONNX graph while the nodes of a traced graph are
/// translated in order, each by a function of onnx_operators.h.
class GraphBuilder {
 public:
  explicit GraphBuilder(const torch::jit::Module& traced) : traced_(traced) {}

  /// Sets the current layer, for names and messages. Must be called for each traced node.
  void arrive_at(const torch::jit::Node& node);

  /// The name of the ONNX value of a traced one: the output of a translated node, a parameter or
  /// buffer (which keeps its name), or a constant (numbers become float32).
  std::string value(const torch::jit::Value* traced);
  /// Adds a constant list of integers, or a float32 tensor, and returns its name.
  std::string constant(const std::vector<std::int64_t>& list);
  std::string constant(const at::Tensor& numbers);

  /// Adds an ONNX node whose output is the traced node's output.
  void add(const torch::jit::Node& node, const std::string& operation,
           const std::vector<std::string>& inputs, const Attributes& attributes = {});
  /// Adds an ONNX node for an intermediate result and returns the name of its output.
  std::string add_step(const std::string& operation, const std::vector<std::string>& inputs,
                       const Attributes& attributes = {});
  /// Makes `input` the traced node's output.
  void add_identity(const torch::jit::Node& node, const torch::jit::Value* input);

  /// Names the graph's input.
  void define_input(const torch::jit::Value* traced, const std::string& name);
  /// Renames a value.
  void rename(const std::string& from, const std::string& to);

  /// Throws InvalidInput: "ONNX export: aten::… PLACE: REASON".
  [[noreturn]] void refuse(const torch::jit::Node& node, const std::string& reason) const;
  /// The position in the traced graph, for messages: "in or after layer1.0.bn1".
  std::string place() const;

  std::vector<Node>& nodes() { return nodes_; }
  std::vector<Tensor>& initializers() { return initializers_; }

 private:
  std::string unique(const std::string& wanted);
  void add_initializer(const std::string& name, const at::Tensor& tensor);

  const torch::jit::Module& traced_;
  std::string layer_;  // the last layer whose parameters were used
  std::map<const torch::jit::Value*, std::string> names_;
  std::map<std::vector<std::int64_t>, std::string> lists_;
  std::set<std::string> taken_;
  std::vector<Node> nodes_;
  std::vector<Tensor> initializers_;
};

}  // namespace reslab::onnx
