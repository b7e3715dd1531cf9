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

/// The nodes and initializers of an ONNX graph, growing as a traced graph is walked: what the
/// operators of onnx_operators.h are translated with.
class GraphBuilder {
 public:
  explicit GraphBuilder(const torch::jit::Module& traced) : traced_(traced) {}

  /// Notes which layer the walk has come to, for names and messages; to be called for each node.
  void arrive_at(const torch::jit::Node& node);

  /// The name of an ONNX value for a traced one: computed before, a parameter or buffer (under its
  /// own name), or a recorded constant (a number as float32).
  std::string value(const torch::jit::Value* traced);
  /// The name of a list of integers, and of a float32 number or tensor, that the graph holds.
  std::string constant(const std::vector<std::int64_t>& list);
  std::string constant(const at::Tensor& numbers);

  /// Adds an ONNX node whose output stands for the traced node's.
  void add(const torch::jit::Node& node, const std::string& operation,
           const std::vector<std::string>& inputs, const Attributes& attributes = {});
  /// Adds an ONNX node on the way there, and returns the name of its output.
  std::string add_step(const std::string& operation, const std::vector<std::string>& inputs,
                       const Attributes& attributes = {});
  /// The traced node gives its input back.
  void add_identity(const torch::jit::Node& node, const torch::jit::Value* input);

  /// Says where an image enters the graph.
  void define_input(const torch::jit::Value* traced, const std::string& name);
  /// Renames the value.
  void rename(const std::string& from, const std::string& to);

  /// Throws InvalidInput: "ONNX cannot express aten::…, WHERE: WHY".
  [[noreturn]] void refuse(const torch::jit::Node& node, const std::string& why) const;
  /// "after layer1.0.bn1": where the walk is.
  std::string place() const;

  std::vector<Node>& nodes() { return nodes_; }
  std::vector<Tensor>& initializers() { return initializers_; }

 private:
  std::string unique(const std::string& wanted);
  void add_initializer(const std::string& name, const at::Tensor& tensor);

  const torch::jit::Module& traced_;
  std::string layer_;  // the last one whose parameters were used
  std::map<const torch::jit::Value*, std::string> names_;
  std::map<std::vector<std::int64_t>, std::string> lists_;
  std::set<std::string> taken_;
  std::vector<Node> nodes_;
  std::vector<Tensor> initializers_;
};

}  // namespace reslab::onnx
