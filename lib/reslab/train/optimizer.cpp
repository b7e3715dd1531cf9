#include "reslab/train/optimizer.h"

#include <algorithm>

#include <torch/torch.h>

#include "reslab/base/compat.h"
#include "reslab/base/error.h"
#include "reslab/train/muon.h"

namespace reslab {
namespace {

/// parameters -= rate · directions.
///
/// On a CPU the rate is read from memory and goes into a fused multiply-add. On a GPU reading it
/// would wait for the device; the product with a tensor is rounded once more.
void descend(const std::vector<at::Tensor>& parameters, const std::vector<at::Tensor>& directions,
             const at::Tensor& rate) {
  if (rate.is_cpu())
    at::_foreach_add_(parameters, directions, -*rate.data_ptr<double>());
  else
    at::_foreach_sub_(parameters, compat::foreach_mul(directions, rate.to(at::kFloat)));
}

}  // namespace

Optimizer::Optimizer(const torch::nn::Module& network, const OptimizerOptions& options)
    : options_(options) {
  const bool muon = options.kind == OptimizerKind::muon;
  for (const auto& entry : network.named_parameters()) {
    const auto dimensions = entry.value().dim();  // 4: convolution, 2: linear layer, 1: the rest
    if (muon && dimensions == 4)
      orthogonal_.push_back(parameters_.size());
    else if (options.decay == Decay::all || dimensions > 1)
      decaying_.push_back(parameters_.size());
    names_.push_back(entry.key());
    parameters_.push_back(entry.value());
    momentum_.push_back(torch::zeros_like(entry.value()));
  }
}

std::vector<at::Tensor> Optimizer::gradients() {
  std::vector<at::Tensor> gradients;
  gradients.reserve(parameters_.size());
  for (const auto& parameter : parameters_) {
    if (!parameter.grad().defined()) parameter.mutable_grad() = torch::zeros_like(parameter);
    gradients.push_back(parameter.grad());
  }
  return gradients;
}

void Optimizer::zero_gradients() {
  const torch::NoGradGuard no_grad;
  at::_foreach_zero_(gradients());
}

void Optimizer::step(const at::Tensor& learning_rate) {
  const torch::NoGradGuard no_grad;
  auto gradients = this->gradients();
  decay(gradients);
  at::_foreach_mul_(momentum_, options_.momentum);
  at::_foreach_add_(momentum_, gradients, 1);
  auto directions = momentum_;
  if (options_.nesterov) {
    at::_foreach_add_(gradients, momentum_, options_.momentum);
    directions = gradients;
  }
  make_orthogonal(directions);
  descend(parameters_, directions, learning_rate);
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
  at::_foreach_add_(some_gradients, some_parameters, options_.weight_decay);
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
      throw InvalidInput(where + ": expected the momentum of '" + names_[i] + "' with the shape " +
                         c10::str(momentum_[i].sizes()));
    momentum_[i].copy_(found->second);
  }
}

}  // namespace reslab
