#include "reslab/execution/execution.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "lib/model/small_networks.h"
#include "lib/model/uneven_network.h"
#include "lib/test_device.h"
#include "reslab/base/compat.h"
#include "reslab/model/network.h"
#include "reslab/model/network_name.h"

namespace reslab {
namespace {

TEST(Execution, AScopeSetsThePolicyOfItsThread) {
  EXPECT_EQ(current_execution().kernels, Kernels::aten);
  {
    const ExecutionScope outer({Precision::bfloat16, Kernels::fused, at::kCPU});
    EXPECT_TRUE(compat::autocast_enabled(at::kCPU));
    {
      const ExecutionScope inner({Precision::float32, Kernels::aten, at::kCPU});
      EXPECT_EQ(current_execution().precision, Precision::float32);
      EXPECT_FALSE(compat::autocast_enabled(at::kCPU));
    }
    EXPECT_EQ(current_execution().precision, Precision::bfloat16);
    EXPECT_EQ(current_execution().kernels, Kernels::fused);
    EXPECT_TRUE(compat::autocast_enabled(at::kCPU));
  }
  EXPECT_EQ(current_execution().precision, Precision::float32);
  EXPECT_FALSE(compat::autocast_enabled(at::kCPU));
}

TEST(Execution, NetworksInBfloat16AreNearFloat32) {
  for (const auto& name : small_networks()) {
    const auto network = uneven_network(parse_network(name));
    network->to(test_device());
    const auto size = test_image_size(network->spec());
    const auto images = torch::randn({4, network->spec().in_channels, size, size}, test_device());
    for (const bool training : {false, true}) {
      SCOPED_TRACE(name + (training ? ", training" : ", evaluation"));
      network->train(training);
      const auto run = [&](Precision precision) {
        const ExecutionScope scope({precision, Kernels::fused, test_device()});
        torch::manual_seed(1);  // of dropout
        return network->forward(images).to(at::kFloat);
      };
      const torch::AutoGradMode with_gradients(training);
      const auto wanted = run(Precision::float32).detach(), found = run(Precision::bfloat16);
      EXPECT_FALSE(found.equal(wanted));
      EXPECT_LE((found - wanted).norm().item<double>(), 0.1 * wanted.norm().item<double>());
      if (training) found.square().sum().backward();
    }
    for (const auto& entry : network->named_parameters())
      EXPECT_TRUE(entry.value().grad().isfinite().all().item<bool>()) << name << entry.key();
  }
}

/// ‖value − wanted‖ ⁄ (‖wanted‖ + 10⁻³), since ‖wanted‖ may be 0. A NaN counts as infinite.
double relative_difference(const at::Tensor& value, const at::Tensor& wanted) {
  const auto difference =
      (value - wanted).norm().item<double>() / (wanted.norm().item<double>() + 1e-3);
  return std::isnan(difference) ? INFINITY : difference;
}

/// Expects the same statistics from ATen's and from fused kernels after one batch. Returns the
/// largest relative difference between their gradients, and the parameter's name.
std::pair<double, std::string> difference_of_gradients(const NetworkSpec& spec, int seed) {
  torch::manual_seed(seed);
  // With smaller images BatchNorm would see six values in the last stage, and a single ReLU would
  // change them all.
  const auto side = spec.family == Family::imagenet ? 96 : 32;
  const auto images = torch::randn({6, 3, side, side}).contiguous(at::MemoryFormat::ChannelsLast);
  const auto labels = torch::arange(6) % spec.classes;
  std::vector<std::shared_ptr<Network>> networks;
  for (const auto kernels : {Kernels::aten, Kernels::fused}) {
    networks.push_back(make_network(spec, 1));
    networks.back()->train();
    const ExecutionScope scope({Precision::float32, kernels, at::kCPU});
    at::cross_entropy_loss(networks.back()->forward(images), labels).backward();
  }
  for (const auto& entry : networks[0]->named_buffers())
    EXPECT_LE(relative_difference(networks[1]->named_buffers()[entry.key()].to(at::kFloat),
                                  entry.value().to(at::kFloat)),
              1e-2)
        << entry.key();
  std::pair<double, std::string> largest;
  for (const auto& entry : networks[0]->named_parameters()) {
    const auto found = networks[1]->named_parameters()[entry.key()].grad();
    largest = std::max(largest, {relative_difference(found, entry.value().grad()), entry.key()});
  }
  return largest;
}

TEST(Execution, NetworksLearnTheSameWithFusedKernels) {
  for (const auto* name : {"plain-8", "resnet-8", "resnet-8:shortcut=B", "highway-8",
                           "resnet-8:activation=full-pre-activation",
                           "resnet-8:activation=bn-after-addition", "resnet-18"}) {
    SCOPED_TRACE(name);
    // Rounding can carry the input of a ReLU over zero. In a late stage, that changes all gradients
    // before it. With resnet-18 it happens in one of four batches, which differ between machines.
    std::pair<double, std::string> nearest = {INFINITY, ""};
    for (int seed = 1; seed <= 8 && nearest.first > 1e-2; ++seed)
      nearest = std::min(nearest, difference_of_gradients(parse_network(name), seed));
    EXPECT_LE(nearest.first, 1e-2) << nearest.second << ", in each of eight batches";
  }
}

TEST(Execution, EvaluationGivesTheSameWithBatchNormFoldedIn) {
  for (const auto& name : small_networks()) {
    SCOPED_TRACE(name);
    const auto network = uneven_network(parse_network(name));
    network->to(at::kDouble);
    network->eval();
    const auto size = smallest_image_size(network->spec().family);
    const auto images = torch::randn({2, network->spec().in_channels, size, size}, at::kDouble);
    const torch::NoGradGuard no_grad;
    const auto wanted = network->forward(images);
    const ExecutionScope scope({Precision::float32, Kernels::fused, at::kCPU});
    EXPECT_LE((network->forward(images) - wanted).abs().max().item<double>(),
              1e-9 * wanted.abs().max().item<double>());
  }
}

}  // namespace
}  // namespace reslab
