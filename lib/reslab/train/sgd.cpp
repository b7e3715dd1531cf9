#include "reslab/train/sgd.h"

#include <algorithm>

#include <torch/torch.h>

#include "reslab/error.h"

namespace reslab {

Sgd::Sgd(const torch::nn::Module& network, const SgdOptions& options) : options_(options) {
  for (const auto& entry : network.named_parameters()) {
    // Weights of convolutions and linear layers are the parameters of two dimensions and more.
    if (options.decay == Decay::all || entry.value().dim() > 1)
      decaying_.push_back(parameters_.size());
    names_.push_back(entry.key());
    parameters_.push_back(entry.value());
    momentum_.push_back(torch::zeros_like(entry.value()));
  }
}

void Sgd::step(double learning_rate) {
  const torch::NoGradGuard no_grad;
  std::vector<at::Tensor> gradients;
  gradients.reserve(parameters_.size());
  for (const auto& parameter : parameters_)  // none where stochastic depth left its block out
    gradients.push_back(parameter.grad().defined() ? parameter.grad()
                                                   : torch::zeros_like(parameter));
  decay(gradients);
  at::_foreach_mul_(momentum_, options_.momentum);
  at::_foreach_add_(momentum_, gradients, 1);
  if (options_.nesterov) {
    at::_foreach_add_(gradients, momentum_, options_.momentum);
    at::_foreach_add_(parameters_, gradients, -learning_rate);
  } else {
    at::_foreach_add_(parameters_, momentum_, -learning_rate);
  }
}

void Sgd::decay(std::vector<at::Tensor>& gradients) const {
  if (options_.weight_decay == 0) return;
  std::vector<at::Tensor> some_gradients;
  std::vector<at::Tensor> some_parameters;
  for (const auto index : decaying_) {
    some_gradients.push_back(gradients[index]);
    some_parameters.push_back(parameters_[index]);
  }
  // In place: the gradients are dropped after the step.
  at::_foreach_add_(some_gradients, some_parameters, options_.weight_decay);
}

void Sgd::zero_grad() {
  for (auto& parameter : parameters_) parameter.mutable_grad() = at::Tensor();
}

NamedTensors Sgd::state() const {
  NamedTensors state;
  for (std::size_t i = 0; i < names_.size(); ++i) state.emplace_back(names_[i], momentum_[i]);
  return state;
}

void Sgd::set_state(const NamedTensors& state, const std::string& where) {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const auto found =
        std::ranges::find(state, names_[i], [](const auto& entry) { return entry.first; });
    if (found == state.end() || found->second.sizes() != momentum_[i].sizes())
      throw InvalidInput(where + ": the momentum of '" + names_[i] + "' is missing or misshapen");
    momentum_[i].copy_(found->second);
  }
}

}  // namespace reslab
