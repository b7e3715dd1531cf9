#include "reslab/train/training_step.h"

#include <atomic>
#include <set>

#include <ATen/record_function.h>
#include <gmock/gmock.h>
#include <torch/torch.h>

#include "lib/test_device.h"
#include "lib/train/small_training.h"

namespace reslab {
namespace {

Execution on_test_device(Kernels kernels = Kernels::aten) {
  return {Precision::float32, kernels, test_device()};
}

TrainingStep make_step(const std::string& network, std::int64_t micro_batch = 0) {
  return {make_network(parse_network(network), 1), {}, on_test_device(), 6, micro_batch};
}

Batch random_batch() {
  return {torch::randn({6, 3, 16, 16}).contiguous(at::MemoryFormat::ChannelsLast),
          torch::tensor({0, 3, 6, 1, 9, 3})};
}

TEST(TrainingStep, ShowsTheHookEveryGradientOnceAStep) {
  auto step = make_step("resnet-8", 2);  // three backward passes
  const auto parameters = step.network().parameters();
  const auto batch = random_batch();
  int calls = 0;
  const auto hook = [&](const std::vector<at::Tensor>& gradients) {
    ++calls;
    ASSERT_EQ(gradients.size(), parameters.size());
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      EXPECT_TRUE(gradients[i].is_same(parameters[i].grad()));
      EXPECT_GT(gradients[i].abs().sum().item<double>(), 0) << i;
    }
  };
  for (int i = 1; i <= 3; ++i) {
    step.load(batch, 0.1);
    step.run(hook);
    EXPECT_EQ(calls, i);
  }
}

TEST(TrainingStep, TakesTheGradientsThatTheHookLeaves) {
  for (const double factor : {0.0, 2.0}) {
    OptimizerOptions plain;
    plain.momentum = plain.weight_decay = 0;
    TrainingStep step(make_network(parse_network("resnet-8"), 1), plain, on_test_device(), 6, 0);
    const auto parameters = step.network().parameters();
    std::vector<at::Tensor> expected;
    step.load(random_batch(), 0.1);
    step.run([&](const std::vector<at::Tensor>& gradients) {
      for (std::size_t i = 0; i < gradients.size(); ++i) {
        expected.push_back(parameters[i].detach() - 0.1 * factor * gradients[i]);
        gradients[i].mul_(factor);
      }
    });
    for (std::size_t i = 0; i < expected.size(); ++i)
      EXPECT_TRUE(torch::allclose(parameters[i], expected[i], 1e-5, 1e-7)) << factor << ' ' << i;
  }
}

TEST(TrainingStep, ReturnsTheSumOfLossesAndOfWrongImages) {
  const auto batch = random_batch();
  auto step = make_step("resnet-8:batch_norm=false", 4);
  const auto logits =
      make_network(parse_network("resnet-8:batch_norm=false"), 1)->forward(batch.images);
  step.load(batch, 0.1);
  const auto sums = step.run();
  const auto loss = at::cross_entropy_loss(logits, batch.labels, {}, at::Reduction::Sum);
  EXPECT_NEAR(sums[0].item<double>(), loss.item<double>(), 1e-3);
  EXPECT_EQ(sums[1].item<double>(), logits.argmax(1).ne(batch.labels).sum().item<double>());
}

TEST(TrainingStep, KeepsTheMemoryOfGradientsAndSums) {
  auto step = make_step("resnet-20:survival=0.5");
  std::vector<const void*> before;
  const auto places = [&](const at::Tensor& sums) {
    std::vector<const void*> all = {sums.data_ptr()};
    for (const auto& parameter : step.network().parameters())
      all.push_back(parameter.grad().data_ptr());
    return all;
  };
  for (int i = 0; i < 4; ++i) {
    step.load(random_batch(), 0.1);
    const auto now = places(step.run());
    if (i > 0) {
      EXPECT_EQ(now, before);
    }
    before = now;
  }
}

TEST(TrainingStep, CountsAGradientThatIsNotThereAsZero) {
  OptimizerOptions plain;
  plain.momentum = plain.weight_decay = 0;
  TrainingStep step(make_network(parse_network("resnet-20:survival=0.01"), 1), plain,
                    on_test_device(), 6, 0);
  std::vector<at::Tensor> before;
  for (const auto& parameter : step.network().parameters())
    before.push_back(parameter.detach().clone());
  step.load(random_batch(), 0.1);
  std::set<std::size_t> zero;
  step.run([&](const std::vector<at::Tensor>& gradients) {
    for (std::size_t i = 0; i < gradients.size(); ++i)
      if (gradients[i].count_nonzero().item<std::int64_t>() == 0) zero.insert(i);
  });
  EXPECT_FALSE(zero.empty());
  EXPECT_LT(zero.size(), before.size());
  const auto after = step.network().parameters();
  for (std::size_t i = 0; i < before.size(); ++i)
    EXPECT_EQ(after[i].equal(before[i]), zero.contains(i)) << i;
}

/// While it lives, counts the calls of operators that make the host wait for the device.
class WaitCounter {
 public:
  WaitCounter() {
    count() = 0;
    handle_ = at::addGlobalCallback(
        at::RecordFunctionCallback([](const at::RecordFunction& function) {
          static const std::set<std::string> waiting = {
              "aten::item",  "aten::_local_scalar_dense", "aten::is_nonzero", "aten::nonzero",
              "aten::equal", "aten::masked_select"};
          if (waiting.contains(function.name())) ++count();
          return std::unique_ptr<at::ObserverContext>();
        }).scopes({at::RecordScope::FUNCTION}));
  }
  ~WaitCounter() { at::removeCallback(handle_); }

  static std::atomic<int>& count() {
    static std::atomic<int> number = 0;
    return number;
  }

 private:
  at::CallbackHandle handle_ = 0;
};

TEST(TrainingStep, NeverWaitsForTheDevice) {
  {
    const WaitCounter counter;
    torch::ones({1}).item<float>();
    ASSERT_GT(WaitCounter::count(), 0);
  }
  for (const auto* network : {"resnet-8", "highway-8", "resnet-20:survival=0.5",
                              "resnet-8:shortcut_dropout=0.3", "plain-8:batch_norm=false"})
    for (const auto& options : every_optimizer())
      for (const auto kernels : {Kernels::aten, Kernels::fused}) {
        TrainingStep step(make_network(parse_network(network), 1), options, on_test_device(kernels),
                          6, 3);
        step.load(random_batch(), 0.1);
        const WaitCounter counter;
        step.run();
        EXPECT_EQ(WaitCounter::count(), 0) << network;
      }
}

}  // namespace
}  // namespace reslab
