#include "app/command/network_diagram.h"

#include <optional>

#include <fmt/format.h>

#include "app/command/network_stages.h"
#include "app/report/numbers.h"
#include "reslab/base/error.h"
#include "reslab/model/network_name.h"

namespace reslab::app {
namespace {

/// Adds the boxes of one network, layer by layer.
class Boxes {
 public:
  Boxes(const NetworkSpec& spec, std::int64_t size) : spec_(spec), size_(size) {}

  void add_layer(const LayerSummary& layer) {
    if (layer.operation == "linear") return add_linear(layer);
    const auto block = block_of(layer.name);
    if (block != block_) end_block();
    const auto stride = stride_of(layer);
    const auto out = layer.output[1];
    // Pooling has no parameters and therefore no row in the summary: it shows in the sizes.
    if (before_ && out * stride < size_) pool(out * stride);
    if (block != block_) begin_block(block);
    column_.boxes.push_back({fmt::format("{} conv, {}{}", kernel_of(layer), layer.output[0],
                                         stride > 1 ? fmt::format(", /{}", stride) : ""),
                             out});
    size_ = out;
    channels_ = layer.output[0];
    before_ = true;
  }

  DiagramColumn take() { return std::move(column_); }

 private:
  static std::int64_t stride_of(const LayerSummary& layer) {
    constexpr std::string_view kStride = "stride ";
    const auto found = layer.operation.find(kStride);
    return found == layer.operation.npos
               ? 1
               : std::stoll(layer.operation.substr(found + kStride.size()));
  }

  void pool(std::int64_t out) {
    column_.boxes.push_back({fmt::format("max pool, /{}", (size_ + out / 2) / out), out});
    size_ = out;
  }

  void add_linear(const LayerSummary& layer) {
    end_block();
    if (size_ > 1) {
      const bool averages = spec_.family != Family::vgg && spec_.family != Family::alexnet;
      if (!averages) pool(size_ / 2);
      if (averages) column_.boxes.push_back({"average pool", 1});
      size_ = 1;
    }
    column_.boxes.push_back({fmt::format("linear, {}", layer.output[0]), 1});
  }

  void begin_block(const std::string& block) {
    block_ = block;
    if (block.empty() || spec_.connection == Connection::plain) return;
    begin_ = column_.boxes.size();
    size_before_ = size_;
    channels_before_ = channels_;
  }

  void end_block() {
    if (begin_)
      column_.shortcuts.push_back({*begin_, column_.boxes.size() - 1,
                                   size_ != size_before_ || channels_ != channels_before_,
                                   spec_.connection == Connection::highway});
    begin_.reset();
    block_.clear();
  }

  const NetworkSpec& spec_;
  DiagramColumn column_;
  std::int64_t size_;  // of the output so far
  std::int64_t channels_ = 0;
  bool before_ = false;  // there is a layer before
  std::string block_;
  std::optional<std::size_t> begin_;  // the block's first box
  std::int64_t size_before_ = 0;      // of the block's input
  std::int64_t channels_before_ = 0;
};

/// The order of a block's steps (Identity Mappings in Deep Residual Networks, Fig. 4).
class Steps {
 public:
  explicit Steps(const NetworkSpec& spec) : spec_(spec) {}

  void fill(const std::vector<std::string>& convolutions, BlockDiagram& block) const {
    const bool norm_first = spec_.activation == Activation::full_pre_activation;
    const bool relu_first = norm_first || spec_.activation == Activation::relu_only_pre_activation;
    for (const auto& convolution : convolutions) {
      const bool last = &convolution == &convolutions.back();
      if (norm_first) add_norm(block.path);
      if (relu_first) block.path.emplace_back("ReLU");
      block.path.push_back(convolution);
      if (norm_first) continue;
      const bool added_first = last && spec_.activation == Activation::bn_after_addition;
      if (!added_first) add_norm(block.path);
      if (!last && !relu_first) block.path.emplace_back("ReLU");
    }
    if (relu_first) return;
    // The highway family's layer is ReLU(H x)·T(x) + x·(1 − T(x)).
    const bool relu_before =
        spec_.activation == Activation::relu_before_addition || spec_.family == Family::highway;
    if (spec_.activation == Activation::bn_after_addition) add_norm(block.after);
    (relu_before ? block.path : block.after).emplace_back("ReLU");
  }

 private:
  void add_norm(std::vector<std::string>& steps) const {
    if (spec_.batch_norm && spec_.family != Family::highway) steps.emplace_back("BatchNorm");
  }

  const NetworkSpec& spec_;
};

}  // namespace

DiagramColumn diagram_column(const NetworkSpec& spec, const NetworkSummary& summary,
                             std::int64_t size) {
  Boxes boxes(spec, size);
  for (const auto& layer : summary.layers)
    if (layer.operation != "batch norm" && !is_beside_the_path(layer)) boxes.add_layer(layer);
  auto column = boxes.take();
  column.title = name(spec);
  column.caption = fmt::format("{} parameters, {} multiply-adds", short_number(summary.parameters),
                               short_number(summary.macs));
  return column;
}

BlockDiagram block_diagram(const NetworkSpec& spec, const NetworkSummary& summary) {
  const auto of_block = [&](const std::string& block) {
    std::vector<const LayerSummary*> layers;
    for (const auto& layer : summary.layers)
      if (layer.name.starts_with(block + ".") && layer.operation != "batch norm")
        layers.push_back(&layer);
    return layers;
  };
  auto layers = of_block("layer1.1");
  if (layers.empty()) layers = of_block("layer1.0");
  if (layers.empty()) throw InvalidInput(name(spec) + ": has no blocks to draw");
  BlockDiagram block;
  block.title = name(spec);
  if (spec.connection != Connection::plain) block.shortcut = "identity";
  std::vector<std::string> convolutions;
  for (const auto* layer : layers) {
    const auto text = fmt::format("{} conv, {}", kernel_of(*layer), layer->output[0]);
    if (layer->name.ends_with(".gate"))
      block.gate = fmt::format("T(x) = σ({} conv)", kernel_of(*layer));
    else if (is_beside_the_path(*layer))
      block.shortcut = text;
    else
      convolutions.push_back(text);
  }
  block.gates_transform = !block.gate.empty() && spec.gating == Gating::exclusive;
  Steps(spec).fill(convolutions, block);
  return block;
}

}  // namespace reslab::app
