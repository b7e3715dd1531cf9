#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "reslab/model/network.h"
#include "reslab/model/observer.h"
#include "reslab/ranks/rank_group.h"
#include "reslab/train/diagnostics_options.h"
#include "reslab/train/record.h"

namespace reslab {

/// Measures the convolutions and linear layers of a network in a training step: their responses and
/// gates while it observes the forward pass, their gradients when it is read. If a step has several
/// forward passes, the responses and gates of the last one count. Measuring changes no result; it
/// waits for the device.
class LayerProbe : public Observer {
 public:
  LayerProbe(const Network& network, const DiagnosticsOptions& options);
  ~LayerProbe() override;

  void response(const torch::nn::Module& norm, const std::function<at::Tensor()>& y) override;
  void gate(const torch::nn::Module& gate, const at::Tensor& t) override;

  /// Returns a row for each layer that was measured since the last call, in the order of the
  /// network. `iteration` is the number of finished steps. A layer that took no part in the step
  /// (stochastic depth) on any rank has no gradient norm. The rows of rank 0 are those of a single
  /// process; all ranks call this. Throws RankLost.
  std::vector<LayerRecord> read(std::int64_t iteration, RankGroup* group = nullptr);

  /// Seconds spent on measuring since the last call.
  double take_seconds();

 private:
  struct Layer {
    LayerRecord record;
    at::Tensor weight;
    std::shared_ptr<bool> has_gradient;  // from the backward passes since the last read
    unsigned hook = 0;                   // of the weight: sets has_gradient
  };

  void add_layer(const std::string& name, const at::Tensor& weight);

  DiagnosticsOptions options_;
  std::vector<Layer> layers_;
  // Index of the layer that a module belongs to. The module is the layer or the norm behind it.
  std::unordered_map<const torch::nn::Module*, std::size_t> layer_of_;
  double seconds_ = 0;
};

}  // namespace reslab
