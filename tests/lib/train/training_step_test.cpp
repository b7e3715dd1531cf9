#include "reslab/train/training_step.h"

#include <atomic>
#include <cmath>
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

/// A recipe for batches of six images.
Recipe recipe_of_six(std::int64_t parts = 1) {
  Recipe recipe;
  recipe.batch = 6;
  recipe.parts = parts;
  return recipe;
}

/// The same for steps that subtract rate · gradient.
Recipe plain_descent() {
  auto recipe = recipe_of_six();
  recipe.optimizer.momentum = recipe.optimizer.weight_decay = 0;
  return recipe;
}

TrainingStep make_step(const std::string& network, const Recipe& recipe = recipe_of_six()) {
  return {make_network(parse_network(network), 1), recipe, on_test_device()};
}

Batch random_batch() {
  return {torch::randn({6, 3, 16, 16}).contiguous(at::MemoryFormat::ChannelsLast),
          torch::tensor({0, 3, 6, 1, 9, 3})};
}

TEST(TrainingStep, ShowsTheHookEveryGradientOnceAStep) {
  auto step = make_step("resnet-8", recipe_of_six(2));  // two backward passes
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
    auto step = make_step("resnet-8", plain_descent());
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
  auto step = make_step("resnet-8:batch_norm=false", recipe_of_six(2));
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
  auto step = make_step("resnet-20:survival=0.01", plain_descent());
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
        auto recipe = recipe_of_six(3);
        recipe.optimizer = options;
        recipe.label_smoothing = 0.1;
        recipe.mixup_alpha = 0.2;
        recipe.clip_grad_norm = 1;
        recipe.ema.emplace();
        TrainingStep step(make_network(parse_network(network), 1), recipe, on_test_device(kernels));
        step.load(random_batch(), 0.1);
        const WaitCounter counter;
        step.run();
        EXPECT_EQ(WaitCounter::count(), 0) << network;
      }
}

/// The images, or labels, that the images of a batch are mixed with.
at::Tensor each_part_rolled(const at::Tensor& batch, std::int64_t parts) {
  std::vector<at::Tensor> rolled;
  for (const auto& part : batch.chunk(parts)) rolled.push_back(part.roll(1, 0));
  return at::cat(rolled);
}

/// The soft targets of a mixture, as PyTorch takes them.
at::Tensor soft_targets(const at::Tensor& labels, double weight, std::int64_t parts) {
  const auto hot = at::one_hot(labels, 10).to(at::kFloat);
  return weight * hot + (1 - weight) * each_part_rolled(hot, parts);
}

// Against PyTorch's cross entropy with soft targets and its own label smoothing.
TEST(TrainingStep, SmoothsLabelsAndMixesImagesLikePyTorch) {
  const auto* const name = "resnet-8:batch_norm=false";
  for (const double smoothing : {0.0, 0.1})
    for (const double weight : {0.3, 0.8})
      for (const std::int64_t parts : {1, 2}) {
        auto recipe = recipe_of_six(parts);
        recipe.label_smoothing = smoothing;
        recipe.mixup_alpha = 1;
        auto step = make_step(name, recipe);
        const auto reference = make_network(parse_network(name), 1);
        reference->to(test_device());
        const auto batch = random_batch();
        const auto images = batch.images.to(test_device());
        const auto labels = batch.labels.to(test_device());
        const auto others = each_part_rolled(images, parts);
        const auto logits = reference->forward(weight * images + (1 - weight) * others);
        const auto loss = torch::nn::functional::cross_entropy(
            logits, soft_targets(labels, weight, parts),
            torch::nn::functional::CrossEntropyFuncOptions().label_smoothing(smoothing));
        loss.backward();
        step.load(batch, 0.1, weight);
        const auto sums = step.run([&](const std::vector<at::Tensor>& gradients) {
          const auto expected = reference->parameters();
          for (std::size_t i = 0; i < gradients.size(); ++i)
            EXPECT_TRUE(torch::allclose(gradients[i], expected[i].grad(), 1e-3, 1e-5)) << i;
        });
        EXPECT_NEAR(sums[0].item<double>(), 6 * loss.item<double>(), 1e-3);
        const auto classes = weight > 0.5 ? labels : each_part_rolled(labels, parts);
        EXPECT_EQ(sums[1].item<double>(), logits.argmax(1).ne(classes).sum().item<double>());
      }
}

TEST(TrainingStep, DoesNotMixWithoutAlpha) {
  const auto batch = random_batch();
  auto one = make_step("resnet-8");
  auto other = make_step("resnet-8");
  one.load(batch, 0.1);
  other.load(batch, 0.1, 0.3);
  EXPECT_TRUE(one.run().equal(other.run()));
}

TEST(TrainingStep, ClipsAfterTheHook) {
  auto recipe = plain_descent();
  recipe.clip_grad_norm = 0.01;
  auto step = make_step("resnet-8", recipe);
  std::vector<at::Tensor> before;
  for (const auto& parameter : step.network().parameters())
    before.push_back(parameter.detach().clone());
  step.load(random_batch(), 1);
  step.run([](const std::vector<at::Tensor>& gradients) {
    for (const auto& gradient : gradients) gradient.mul_(100);
  });
  double square = 0;
  const auto after = step.network().parameters();
  for (std::size_t i = 0; i < before.size(); ++i)
    square += (after[i] - before[i]).pow(2).sum().item<double>();
  EXPECT_NEAR(std::sqrt(square), 0.01, 1e-4);
}

TEST(TrainingStep, AveragesTheWeightsAfterEachStep) {
  auto recipe = recipe_of_six();
  recipe.ema = AverageOptions{0.5};
  auto step = make_step("resnet-8", recipe);
  const auto weight = [&step] { return step.network().parameters()[0].detach().clone(); };
  step.load(random_batch(), 0.1);
  step.run();
  const auto first = weight();
  step.run();
  const auto expected = (first + weight()) / 2;
  EXPECT_TRUE(torch::allclose(step.average()->state()[0].second, expected, 1e-5, 1e-7));
  EXPECT_EQ(make_step("resnet-8").average(), nullptr);
}

}  // namespace
}  // namespace reslab
