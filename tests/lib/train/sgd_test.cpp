#include "reslab/train/sgd.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "reslab/error.h"
#include "reslab/model/network.h"
#include "reslab/model/network_name.h"

namespace reslab {
namespace {

struct Variant {
  const char* name;
  SgdOptions options;
};

std::vector<Variant> variants() {
  return {{"plain", {0, false, 0, Decay::all}},
          {"momentum", {0.9, false, 0, Decay::all}},
          {"momentum and decay", {0.9, false, 1e-2, Decay::all}},
          {"Nesterov", {0.9, true, 1e-2, Decay::all}},
          {"decay of weights", {0.9, true, 1e-1, Decay::weights}}};
}

void learn(Network& network, const at::Tensor& images) {
  at::cross_entropy_loss(network.forward(images), torch::tensor({1, 2})).backward();
}

// PyTorch's own optimizer, told the same with its groups.
std::vector<torch::optim::OptimizerParamGroup> groups_of(const Network& network,
                                                         const SgdOptions& options) {
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

TEST(Sgd, StepsLikePyTorchs) {
  for (const auto& [name, options] : variants()) {
    const auto ours = make_network(parse_network("resnet-8"), 1);
    const auto theirs = make_network(parse_network("resnet-8"), 1);
    Sgd sgd(*ours, options);
    torch::optim::SGD reference(groups_of(*theirs, options), torch::optim::SGDOptions(0.1));
    const auto images = torch::randn({2, 3, 16, 16});
    for (const double rate : {0.1, 0.1, 0.01}) {
      learn(*ours, images);
      sgd.step(rate);
      sgd.zero_grad();
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

TEST(Sgd, GoesOnFromItsState) {
  const auto network = make_network(parse_network("resnet-8"), 1);
  Sgd sgd(*network, {});
  learn(*network, torch::randn({2, 3, 16, 16}));
  sgd.step(0.1);
  Sgd other(*network, {});
  NamedTensors copy;
  for (const auto& [name, tensor] : sgd.state()) copy.emplace_back(name, tensor.clone());
  other.set_state(copy, "file");
  for (std::size_t i = 0; i < copy.size(); ++i)
    EXPECT_TRUE(other.state()[i].second.equal(copy[i].second));
  copy.pop_back();
  EXPECT_THROW(other.set_state(copy, "file"), InvalidInput);
}

}  // namespace
}  // namespace reslab
