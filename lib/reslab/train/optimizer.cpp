#include "reslab/train/optimizer.h"

#include <torch/torch.h>

#include "reslab/base/compat.h"
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

std::vector<at::Tensor> chosen(const std::vector<at::Tensor>& tensors,
                               const std::vector<std::size_t>& indices) {
  std::vector<at::Tensor> some;
  for (const auto index : indices) some.push_back(tensors[index]);
  return some;
}

}  // namespace

Optimizer::Optimizer(const torch::nn::Module& network, const OptimizerOptions& options)
    : options_(options) {
  const bool muon = options.kind == OptimizerKind::muon;
  const bool adamw = options.kind == OptimizerKind::adamw;
  for (const auto& entry : network.named_parameters()) {
    const auto dimensions = entry.value().dim();  // 4: convolution, 2: linear layer, 1: the rest
    if (muon && dimensions == 4)
      orthogonal_.push_back(parameters_.size());
    else if (options.decay == Decay::all || dimensions > 1)
      decaying_.push_back(parameters_.size());
    names_.push_back(entry.key());
    parameters_.push_back(entry.value());
    momentum_.push_back(torch::zeros_like(entry.value()));
    if (adamw) squares_.push_back(torch::zeros_like(entry.value()));
  }
  if (adamw) steps_ = at::zeros({}, parameters_.front().options().dtype(at::kDouble));
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
  if (options_.kind == OptimizerKind::adamw)
    step_with_adamw(learning_rate);
  else
    step_with_momentum(learning_rate);
}

void Optimizer::step_with_adamw(const at::Tensor& learning_rate) {
  const auto gradients = this->gradients();
  const double beta1 = options_.betas[0];
  const double beta2 = options_.betas[1];
  if (options_.adamw_decay > 0 && !decaying_.empty())
    compat::foreach_mul_in_place(chosen(parameters_, decaying_),
                                 (1 - learning_rate * options_.adamw_decay).to(at::kFloat));
  at::_foreach_mul_(momentum_, beta1);
  at::_foreach_add_(momentum_, gradients, 1 - beta1);
  at::_foreach_mul_(squares_, beta2);
  at::_foreach_addcmul_(squares_, gradients, gradients, 1 - beta2);
  // Both averages begin at zero. Dividing by 1 − βᵗ after t steps makes up for that.
  steps_ += 1;
  const auto correction1 = 1 - at::pow(beta1, steps_);
  const auto correction2 = 1 - at::pow(beta2, steps_);
  const auto roots = at::_foreach_sqrt(squares_);
  compat::foreach_mul_in_place(roots, correction2.rsqrt().to(at::kFloat));
  at::_foreach_add_(roots, options_.eps);
  descend(parameters_, at::_foreach_div(momentum_, roots), learning_rate / correction1);
}

void Optimizer::step_with_momentum(const at::Tensor& learning_rate) {
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
  const auto some_directions = orthogonalized(chosen(directions, orthogonal_));
  for (std::size_t i = 0; i < orthogonal_.size(); ++i)
    directions[orthogonal_[i]] = some_directions[i]
                                     .add_(parameters_[orthogonal_[i]], options_.convolution_decay)
                                     .mul_(options_.convolution_rate);
}

void Optimizer::decay(std::vector<at::Tensor>& gradients) const {
  if (options_.weight_decay == 0) return;
  at::_foreach_add_(chosen(gradients, decaying_), chosen(parameters_, decaying_),
                    options_.weight_decay);
}

NamedTensors Optimizer::state() const {
  NamedTensors state;
  const auto add = [&](const std::string& prefix, const std::vector<at::Tensor>& tensors) {
    for (std::size_t i = 0; i < tensors.size(); ++i)
      state.emplace_back(prefix + names_[i], tensors[i]);
  };
  if (options_.kind != OptimizerKind::adamw) {
    add("momentum.", momentum_);
    return state;
  }
  add("exp_avg.", momentum_);
  add("exp_avg_sq.", squares_);
  state.emplace_back("steps", steps_);
  return state;
}

void Optimizer::set_state(const NamedTensors& state, const std::string& where) {
  copy_by_name(this->state(), state, where);
}

void clip_gradients(const std::vector<at::Tensor>& gradients, double max_norm) {
  const torch::NoGradGuard no_grad;
  const auto norm = at::stack(at::_foreach_norm(gradients)).norm();
  compat::foreach_mul_in_place(gradients, (max_norm / (norm + 1e-6)).clamp_max(1));
}

}  // namespace reslab
