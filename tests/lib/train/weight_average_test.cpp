#include "reslab/train/weight_average.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "reslab/base/error.h"
#include "reslab/model/network.h"
#include "reslab/model/network_name.h"

namespace reslab {
namespace {

// Changes every weight and counts a batch, as a training step does.
void change(Network& network) {
  const torch::NoGradGuard no_grad;
  for (const auto& [name, tensor] : state_of(network))
    at::Tensor(tensor).add_(tensor.is_floating_point() ? torch::randn_like(tensor)
                                                       : torch::ones_like(tensor));
}

std::vector<at::Tensor> values_of(const NamedTensors& tensors) {
  std::vector<at::Tensor> values;
  for (const auto& [name, tensor] : tensors) values.push_back(tensor.detach().clone());
  return values;
}

void expect_equal(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(a[i].equal(b[i])) << i;
}

// torchvision's ExponentialMovingAverage: torch.optim.swa_utils.AveragedModel with buffers.
TEST(WeightAverage, IsTheMovingAverageOfWeightsAndBuffers) {
  constexpr double kDecay = 0.75;
  const auto network = make_network(parse_network("resnet-8"), 1);
  WeightAverage average(*network, kDecay);
  EXPECT_TRUE(average.state().empty());
  std::vector<at::Tensor> expected;
  for (int step = 0; step < 4; ++step) {
    change(*network);
    average.update();
    const auto now = values_of(state_of(*network));
    for (std::size_t i = 0; i < now.size(); ++i) {
      const auto exact = now[i].to(at::kDouble);
      if (step == 0)
        expected.push_back(exact);
      else
        expected[i] =
            now[i].is_floating_point() ? kDecay * expected[i] + (1 - kDecay) * exact : exact;
    }
  }
  const auto state = average.state();
  ASSERT_EQ(state.size(), expected.size());
  for (std::size_t i = 0; i < state.size(); ++i) {
    EXPECT_EQ(state[i].first, state_of(*network)[i].first);
    EXPECT_TRUE(torch::allclose(state[i].second.to(at::kDouble), expected[i], 1e-5, 1e-6));
  }
}

TEST(WeightAverage, ExchangesBitByBitAndBack) {
  const auto network = make_network(parse_network("resnet-8"), 1);
  WeightAverage average(*network, 0.9);
  change(*network);
  average.update();
  change(*network);
  average.update();
  const auto weights = values_of(state_of(*network));
  const auto averages = values_of(average.state());
  {
    const AverageScope scope(&average);
    expect_equal(values_of(state_of(*network)), averages);
    expect_equal(values_of(average.state()), weights);
  }
  expect_equal(values_of(state_of(*network)), weights);
  expect_equal(values_of(average.state()), averages);
}

TEST(WeightAverage, GoesOnFromItsState) {
  const auto network = make_network(parse_network("resnet-8"), 1);
  WeightAverage whole(*network, 0.9);
  change(*network);
  whole.update();
  WeightAverage resumed(*network, 0.9);
  resumed.set_state(whole.state(), "file");
  change(*network);
  whole.update();
  resumed.update();
  expect_equal(values_of(resumed.state()), values_of(whole.state()));
  auto part = whole.state();
  part.pop_back();
  EXPECT_THROW(resumed.set_state(part, "file"), InvalidInput);
}

}  // namespace
}  // namespace reslab
