#include "reslab/train/optimizer.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "lib/train/muon_reference.h"
#include "lib/train/small_training.h"
#include "reslab/base/error.h"
#include "reslab/model/network.h"
#include "reslab/model/network_name.h"

namespace reslab {
namespace {

struct Variant {
  const char* name;
  OptimizerOptions options;
};

std::vector<Variant> variants() {
  return {{"plain", {OptimizerKind::sgd, 0, false, 0, Decay::all}},
          {"momentum", {OptimizerKind::sgd, 0.9, false, 0, Decay::all}},
          {"momentum and decay", {OptimizerKind::sgd, 0.9, false, 1e-2, Decay::all}},
          {"Nesterov", {OptimizerKind::sgd, 0.9, true, 1e-2, Decay::all}},
          {"decay of weights", {OptimizerKind::sgd, 0.9, true, 1e-1, Decay::weights}}};
}

void learn(Network& network, const at::Tensor& images) {
  at::cross_entropy_loss(network.forward(images), torch::tensor({1, 2})).backward();
}

// The same options as parameter groups of PyTorch's SGD.
std::vector<torch::optim::OptimizerParamGroup> groups_of(const Network& network,
                                                         const OptimizerOptions& options) {
  const auto group = [&](std::vector<at::Tensor> parameters, double decay) {
    auto settings = std::make_unique<torch::optim::SGDOptions>(0.1);
    settings->momentum(options.momentum).nesterov(options.nesterov).weight_decay(decay);
    return torch::optim::OptimizerParamGroup(std::move(parameters), std::move(settings));
  };
  std::vector<at::Tensor> weights;
  std::vector<at::Tensor> others;
  for (const auto& parameter : network.parameters())
    (parameter.dim() > 1 ? weights : others).push_back(parameter);
  std::vector<torch::optim::OptimizerParamGroup> groups;
  groups.push_back(group(weights, options.weight_decay));
  groups.push_back(group(others, options.decay == Decay::all ? options.weight_decay : 0));
  return groups;
}

TEST(Optimizer, StepsLikePyTorchsSgd) {
  for (const auto& [name, options] : variants()) {
    const auto ours = make_network(parse_network("resnet-8"), 1);
    const auto theirs = make_network(parse_network("resnet-8"), 1);
    Optimizer optimizer(*ours, options);
    torch::optim::SGD reference(groups_of(*theirs, options), torch::optim::SGDOptions(0.1));
    const auto images = torch::randn({2, 3, 16, 16});
    for (const double rate : {0.1, 0.1, 0.01}) {
      learn(*ours, images);
      optimizer.step(torch::tensor(rate, at::kDouble));
      optimizer.zero_gradients();
      for (auto& group : reference.param_groups())
        static_cast<torch::optim::SGDOptions&>(group.options()).lr(rate);
      reference.zero_grad();
      learn(*theirs, images);
      reference.step();
    }
    const auto expected = theirs->parameters();
    const auto actual = ours->parameters();
    for (std::size_t i = 0; i < expected.size(); ++i)
      EXPECT_TRUE(torch::allclose(actual[i], expected[i], 1e-4, 1e-5)) << name << ' ' << i;
  }
}

TEST(Optimizer, StepsLikePyTorchsAdamW) {
  for (const auto decay : {Decay::all, Decay::weights}) {
    OptimizerOptions options;
    options.kind = OptimizerKind::adamw;
    options.betas = {0.8, 0.95};
    options.eps = 1e-6;
    options.adamw_decay = 0.1;
    options.decay = decay;
    const auto ours = make_network(parse_network("resnet-8"), 1);
    const auto theirs = make_network(parse_network("resnet-8"), 1);
    Optimizer optimizer(*ours, options);
    const auto group = [&](bool weights, double weight_decay) {
      std::vector<at::Tensor> parameters;
      for (const auto& parameter : theirs->parameters())
        if ((parameter.dim() > 1) == weights) parameters.push_back(parameter);
      auto settings = std::make_unique<torch::optim::AdamWOptions>(0.1);
      settings->betas({0.8, 0.95}).eps(1e-6).weight_decay(weight_decay);
      return torch::optim::OptimizerParamGroup(std::move(parameters), std::move(settings));
    };
    std::vector<torch::optim::OptimizerParamGroup> groups;
    groups.push_back(group(true, 0.1));
    groups.push_back(group(false, decay == Decay::all ? 0.1 : 0));
    torch::optim::AdamW reference(groups, torch::optim::AdamWOptions(0.1));
    const auto images = torch::randn({2, 3, 16, 16});
    for (const double rate : {0.01, 0.02, 0.01, 0.001}) {
      learn(*ours, images);
      // The same gradients: a tiny difference would grow where the average square is tiny.
      const auto from = ours->parameters();
      const auto to = theirs->parameters();
      for (std::size_t i = 0; i < to.size(); ++i) to[i].mutable_grad() = from[i].grad().clone();
      optimizer.step(torch::tensor(rate, at::kDouble));
      optimizer.zero_gradients();
      for (auto& param_group : reference.param_groups())
        static_cast<torch::optim::AdamWOptions&>(param_group.options()).lr(rate);
      reference.step();
    }
    const auto expected = theirs->parameters();
    const auto actual = ours->parameters();
    for (std::size_t i = 0; i < expected.size(); ++i)
      EXPECT_TRUE(torch::allclose(actual[i], expected[i], 1e-5, 1e-6)) << i;
  }
}

TEST(ClipGradients, ScalesLikePyTorch) {
  for (const double largest : {0.5, 1e3}) {
    const auto network = make_network(parse_network("resnet-8"), 1);
    learn(*network, torch::randn({2, 3, 16, 16}));
    std::vector<at::Tensor> gradients;
    std::vector<at::Tensor> copies;
    for (const auto& parameter : network->parameters()) {
      gradients.push_back(parameter.grad());
      copies.push_back(torch::zeros_like(parameter));
      copies.back().mutable_grad() = parameter.grad().clone();
    }
    torch::nn::utils::clip_grad_norm_(copies, largest);
    clip_gradients(gradients, largest);
    for (std::size_t i = 0; i < gradients.size(); ++i)
      EXPECT_TRUE(torch::allclose(gradients[i], copies[i].grad(), 1e-5, 1e-8)) << largest;
  }
}

// Muon's step of one parameter.
struct MuonReference {
  at::Tensor weights;
  at::Tensor momentum = torch::zeros_like(weights);

  void step(const at::Tensor& gradient, const OptimizerOptions& options, double rate) {
    const bool convolution = weights.dim() == 4;
    const bool decays = weights.dim() > 1 || options.decay == Decay::all;
    const auto decayed = decays ? weights * options.weight_decay : torch::zeros_like(weights);
    const auto change = convolution ? gradient : gradient + decayed;
    momentum = momentum * options.momentum + change;
    auto direction = options.nesterov ? change + momentum * options.momentum : momentum;
    if (convolution)
      direction = (muon_reference(direction).to(at::kFloat) + weights * options.convolution_decay) *
                  options.convolution_rate;
    weights = weights - direction * rate;
  }
};

TEST(Optimizer, MuonMakesConvolutionsStepsOrthogonal) {
  for (const bool nesterov : {false, true})
    for (const auto decay : {Decay::all, Decay::weights}) {
      const OptimizerOptions options{OptimizerKind::muon, 0.8, nesterov, 1e-2, decay, 0.05, 0.2};
      const auto network = make_network(parse_network("resnet-8"), 1);
      Optimizer optimizer(*network, options);
      std::vector<MuonReference> references;
      for (const auto& parameter : network->parameters())
        references.push_back({parameter.detach().clone()});
      for (const double rate : {0.1, 0.1, 0.01}) {
        learn(*network, torch::randn({2, 3, 16, 16}));
        const auto parameters = network->parameters();
        for (std::size_t i = 0; i < parameters.size(); ++i)
          references[i].step(parameters[i].grad().clone(), options, rate);
        optimizer.step(torch::tensor(rate, at::kDouble));
        optimizer.zero_gradients();
      }
      const auto actual = network->parameters();
      for (std::size_t i = 0; i < actual.size(); ++i)
        EXPECT_TRUE(torch::allclose(actual[i], references[i].weights, 1e-4, 1e-5)) << i;
    }
}

TEST(Optimizer, GoesOnFromItsState) {
  for (const auto& options : every_optimizer()) {
    const auto network = make_network(parse_network("resnet-8"), 1);
    Optimizer optimizer(*network, options);
    learn(*network, torch::randn({2, 3, 16, 16}));
    optimizer.step(torch::tensor(0.1, at::kDouble));
    Optimizer other(*network, options);
    NamedTensors copy;
    for (const auto& [name, tensor] : optimizer.state()) copy.emplace_back(name, tensor.clone());
    other.set_state(copy, "file");
    for (std::size_t i = 0; i < copy.size(); ++i)
      EXPECT_TRUE(other.state()[i].second.equal(copy[i].second));
    copy.pop_back();
    EXPECT_THROW(other.set_state(copy, "file"), InvalidInput);
  }
}

}  // namespace
}  // namespace reslab
