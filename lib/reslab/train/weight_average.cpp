#include "reslab/train/weight_average.h"

#include <torch/torch.h>

namespace reslab {

WeightAverage::WeightAverage(const torch::nn::Module& network, double decay)
    : decay_(decay), weights_(state_of(network)) {
  for (const auto& [name, tensor] : weights_) averages_.push_back(tensor.detach().clone());
}

void WeightAverage::update() {
  const torch::NoGradGuard no_grad;
  std::vector<at::Tensor> averages;
  std::vector<at::Tensor> weights;
  for (std::size_t i = 0; i < averages_.size(); ++i) {
    const auto& weight = weights_[i].second;
    if (empty_ || !weight.is_floating_point()) {
      averages_[i].copy_(weight);
    } else {
      averages.push_back(averages_[i]);
      weights.push_back(weight);
    }
  }
  empty_ = false;
  if (averages.empty()) return;
  at::_foreach_mul_(averages, decay_);
  at::_foreach_add_(averages, weights, 1 - decay_);
}

void WeightAverage::exchange() {
  const torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < averages_.size(); ++i) {
    auto weight = weights_[i].second;
    const auto copy = weight.detach().clone();
    weight.copy_(averages_[i]);
    averages_[i].copy_(copy);
  }
}

NamedTensors WeightAverage::state() const {
  NamedTensors state;
  if (empty_) return state;
  for (std::size_t i = 0; i < averages_.size(); ++i)
    state.emplace_back(weights_[i].first, averages_[i]);
  return state;
}

void WeightAverage::set_state(const NamedTensors& state, const std::string& where) {
  empty_ = state.empty();
  if (!empty_) copy_by_name(this->state(), state, where);
}

}  // namespace reslab
