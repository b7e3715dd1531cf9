#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "reslab/model/network.h"
#include "reslab/model/observer.h"
#include "reslab/train/diagnostics_options.h"
#include "reslab/train/record.h"

namespace reslab {

/// Measures a network's layers, its convolutions and linear layers in the order of the network, in
/// a training step: what the forward passes show to it as their observer (of several passes the
/// last counts), and the gradients when it is read. It changes nothing of what is computed.
class LayerProbe : public Observer {
 public:
  LayerProbe(const Network& network, const DiagnosticsOptions& options);

  void response(const torch::nn::Module& norm, const std::function<at::Tensor()>& y) override;
  void gate(const torch::nn::Module& gate, const at::Tensor& t) override;

  /// A row for each layer that has something to tell, with the gradients that the parameters hold.
  std::vector<LayerRecord> read(std::int64_t iteration);

  /// Spent measuring since the last call.
  double take_seconds();

 private:
  struct Layer {
    LayerRecord record;
    at::Tensor weight;
  };

  void find_layers(const Network& network);

  DiagnosticsOptions options_;
  std::vector<Layer> layers_;
  // What shows itself in a forward pass (a layer or the norm behind it), to the layer's index.
  std::unordered_map<const torch::nn::Module*, std::size_t> layer_of_;
  double seconds_ = 0;
};

}  // namespace reslab
