#pragma once

#include <string>
#include <vector>

#include "reslab/interchange/tensors.h"

namespace reslab {

/// The exponential moving average of a network's weights and buffers, as torchvision's
/// ExponentialMovingAverage computes it: the first update copies the weights w, later ones make
/// average = decay · average + (1 − decay) · w. Integers, such as BatchNorm's counters, are copied.
class WeightAverage {
 public:
  /// Shares the network's weights and buffers, which must already be on their device.
  WeightAverage(const torch::nn::Module& network, double decay);

  /// Takes the weights of the newest step into the average. Never waits for the device.
  void update();

  /// Exchanges the values of the network and of the average. They keep their memory.
  void exchange();

  /// The averages by the names of the state dict; none before the first update.
  NamedTensors state() const;
  /// Copies the averages. Throws InvalidInput if one is absent or has another shape; `where` names
  /// the file.
  void set_state(const NamedTensors& state, const std::string& where);

 private:
  double decay_;
  NamedTensors weights_;
  std::vector<at::Tensor> averages_;
  bool empty_ = true;  // before the first update
};

/// Exchanges a network's weights with their average while it exists. Does nothing for null.
class AverageScope {
 public:
  explicit AverageScope(WeightAverage* average) : average_(average) {
    if (average_) average_->exchange();
  }
  ~AverageScope() {
    if (average_) average_->exchange();
  }
  AverageScope(const AverageScope&) = delete;
  AverageScope& operator=(const AverageScope&) = delete;

 private:
  WeightAverage* average_;
};

}  // namespace reslab
