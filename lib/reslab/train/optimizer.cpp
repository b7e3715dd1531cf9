#include "reslab/train/optimizer.h"

#include <algorithm>

#include <torch/torch.h>

#include "reslab/base/error.h"
#include "reslab/train/muon.h"

namespace reslab {

Optimizer::Optimizer(const torch::nn::Module& network, const OptimizerOptions& options)
    : options_(options) {
  const bool muon = options.kind == OptimizerKind::muon;
  for (const auto& entry : network.named_parameters()) {
    const auto dimensions = entry.value().dim();
    if (muon && dimensions == 4)  // a convolution's
      orthogonal_.push_back(parameters_.size());
    else if (options.decay == Decay::all || dimensions > 1)  // or a linear layer's
      decaying_.push_back(parameters_.size());
    names_.push_back(entry.key());
    parameters_.push_back(entry.value());
    momentum_.push_back(torch::zeros_like(entry.value()));
  }
}

void Optimizer::step(double learning_rate) {
  const torch::NoGradGuard no_grad;
  std::vector<at::Tensor> gradients;
  gradients.reserve(parameters_.size());
  for (const auto& parameter : parameters_)  // none where stochastic depth left its block out
    gradients.push_back(parameter.grad().defined() ? parameter.grad()
                                                   : torch::zeros_like(parameter));
  decay(gradients);
  at::_foreach_mul_(momentum_, options_.momentum);
  at::_foreach_add_(momentum_, gradients, 1);
  auto directions = momentum_;
  if (options_.nesterov) {
    at::_foreach_add_(gradients, momentum_, options_.momentum);
    directions = gradients;
  }
  make_orthogonal(directions);
  at::_foreach_add_(parameters_, directions, -learning_rate);
}

void Optimizer::make_orthogonal(std::vector<at::Tensor>& directions) const {
  std::vector<at::Tensor> some_directions;
  for (const auto index : orthogonal_) some_directions.push_back(directions[index]);
  some_directions = orthogonalized(some_directions);
  for (std::size_t i = 0; i < orthogonal_.size(); ++i)
    directions[orthogonal_[i]] = some_directions[i]
                                     .add_(parameters_[orthogonal_[i]], options_.convolution_decay)
                                     .mul_(options_.convolution_rate);
}

void Optimizer::decay(std::vector<at::Tensor>& gradients) const {
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

void Optimizer::zero_grad() {
  for (auto& parameter : parameters_) parameter.mutable_grad() = at::Tensor();
}

NamedTensors Optimizer::state() const {
  NamedTensors state;
  for (std::size_t i = 0; i < names_.size(); ++i) state.emplace_back(names_[i], momentum_[i]);
  return state;
}

void Optimizer::set_state(const NamedTensors& state, const std::string& where) {
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const auto found =
        std::ranges::find(state, names_[i], [](const auto& entry) { return entry.first; });
    if (found == state.end() || found->second.sizes() != momentum_[i].sizes())
      throw InvalidInput(where + ": the momentum of '" + names_[i] + "' is missing or misshapen");
    momentum_[i].copy_(found->second);
  }
}

}  // namespace reslab
