// Several processes that train one network, here as threads.

#include <mutex>

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "folder.h"
#include "lib/ranks/thread_ranks.h"
#include "lib/train/small_training.h"
#include "lib/train/thread_devices.h"
#include "reslab/train/part_sum.h"

namespace reslab {
namespace {

/// Calls work(group) on each rank. A result depends on the number of LibTorch's threads, which is
/// not the same in every thread of a process by default.
void on_ranks(int ranks, const std::function<void(RankGroup&)>& work) {
  ThreadRanks(ranks).run([&](RankGroup& group) {
    at::set_num_threads(1);
    work(group);
  });
}

/// Begins one training at a time, because initial weights are drawn with LibTorch's generator,
/// which the threads share.
void begin(Training& training, RankGroup& group) {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  training.begin(1, &group);
}

struct Result {
  std::vector<Record> records;
  std::vector<LayerRecord> layers;
  NamedTensors weights;
};

void expect_equal(const Result& a, const Result& b) {
  ASSERT_EQ(a.records.size(), b.records.size());
  for (std::size_t i = 0; i < a.records.size(); ++i) {
    EXPECT_EQ(a.records[i].train.loss, b.records[i].train.loss) << i;
    EXPECT_EQ(a.records[i].train.error, b.records[i].train.error) << i;
    ASSERT_EQ(a.records[i].test.has_value(), b.records[i].test.has_value()) << i;
    if (!a.records[i].test) continue;
    EXPECT_EQ(a.records[i].test->loss, b.records[i].test->loss) << i;
    EXPECT_EQ(a.records[i].test->error, b.records[i].test->error) << i;
  }
  ASSERT_EQ(a.layers.size(), b.layers.size());
  for (std::size_t i = 0; i < a.layers.size(); ++i) {
    EXPECT_EQ(a.layers[i].layer, b.layers[i].layer);
    EXPECT_EQ(a.layers[i].response_std, b.layers[i].response_std) << a.layers[i].layer;
    EXPECT_EQ(a.layers[i].gradient_norm, b.layers[i].gradient_norm) << a.layers[i].layer;
    EXPECT_EQ(a.layers[i].gate_mean, b.layers[i].gate_mean) << a.layers[i].layer;
  }
  ASSERT_EQ(a.weights.size(), b.weights.size());
  for (std::size_t i = 0; i < a.weights.size(); ++i)
    EXPECT_TRUE(a.weights[i].second.equal(b.weights[i].second)) << a.weights[i].first;
}

/// Runs a training of four parts on `ranks` ranks, and expects every rank to end with the same
/// weights and records. `change` changes the training before it begins. `joined`: whether the
/// ranks add gradients in the memory of their devices.
Result trained(int ranks, const std::function<void(Training&)>& change, bool joined = false) {
  std::vector<Result> results(static_cast<std::size_t>(ranks));
  on_ranks(ranks, [&](RankGroup& group) {
    Training training;
    auto devices = std::make_unique<ThreadDevices>(group, training.device);
    const auto& used = *devices;
    if (joined) group.join_devices(std::move(devices));
    training.recipe.parts = 4;
    training.shapes().test = 600;  // three batches
    change(training);
    begin(training, group);
    training.trainer->measure_layers({true, true, true});
    auto& result = results[static_cast<std::size_t>(group.rank())];
    result.records = training.finish();
    result.weights = training.trainer->weights();
    if (group.rank() == 0) result.layers = training.trainer->layers();
    EXPECT_EQ(used.bytes_received() > 0, joined);
  });
  for (auto& result : results) {
    result.layers = results.front().layers;
    expect_equal(results.front(), result);
  }
  return results.front();
}

// Networks that draw random numbers are tried with real processes, because threads share
// LibTorch's generator.
TEST(Ranks, TheResultDoesNotDependOnTheirNumber) {
  const std::vector<std::pair<const char*, std::function<void(Training&)>>> cases = {
      {"ResNet", [](Training&) {}},
      {"plain network", [](Training& training) { training.network_name = "plain-8"; }},
      {"highway network", [](Training& training) { training.network_name = "highway-8"; }},
      {"no BatchNorm",
       [](Training& training) {
         training.network_name = "resnet-8:batch_norm=false,initialization=xavier";
       }},
      {"Muon", [](Training& training) { training.recipe.optimizer.kind = OptimizerKind::muon; }},
      {"average, mixup, smoothing, clipping", [](Training& training) {
         training.recipe.ema = AverageOptions{0.9};
         training.recipe.mixup_alpha = 1;
         training.recipe.label_smoothing = 0.1;
         training.recipe.clip_grad_norm = 0.5;
       }}};
  for (const auto& [name, change] : cases) {
    SCOPED_TRACE(name);
    const auto expected = trained(1, change);
    EXPECT_GT(expected.layers.size(), 0U);
    expect_equal(trained(2, change), expected);
    expect_equal(trained(4, change), expected);
  }
}

TEST(Ranks, TheResultDoesNotDependOnJoinedDevices) {
  const auto change = [](Training&) {};
  const auto expected = trained(2, change);
  expect_equal(trained(2, change, true), expected);
  expect_equal(trained(4, change, true), expected);
}

TEST(Ranks, ARunGoesOnWithAnotherNumberOfThem) {
  const Folder folder;
  const auto file = folder / "state.safetensors";
  Training whole;
  whole.recipe.parts = 4;
  std::vector<Record> expected;
  on_ranks(1, [&](RankGroup& group) {
    begin(whole, group);
    expected = whole.finish();
  });
  on_ranks(4, [&](RankGroup& group) {
    Training training;
    training.recipe.parts = 4;
    begin(training, group);
    for (int i = 0; i < 5; ++i) training.trainer->advance();
    if (group.rank() == 0) training.trainer->save(file);
  });
  on_ranks(2, [&](RankGroup& group) {
    Training training;
    training.recipe.parts = 4;
    begin(training, group);
    if (group.rank() == 0)
      training.trainer->restore(file);
    else  // has other weights
      for (auto& parameter : training.network->parameters()) parameter.data().fill_(0.1);
    training.trainer->follow_first_rank();
    EXPECT_EQ(training.trainer->iteration(), 5);
    const auto records = training.finish();
    EXPECT_EQ(records.back().train.loss, expected.back().train.loss);
    EXPECT_EQ(records.back().test->loss, expected.back().test->loss);
    expect_equal_weights(*training.network, *whole.network);
  });
}

TEST(Ranks, AllStopAfterTheStepInWhichOneWantsTo) {
  on_ranks(2, [&](RankGroup& group) {
    Training training;
    training.recipe.parts = 2;
    begin(training, group);
    training.trainer->advance();
    EXPECT_FALSE(training.trainer->stopped());
    training.trainer->advance(group.rank() == 1);
    EXPECT_TRUE(training.trainer->stopped());
  });
}

TEST(PartSum, AddsPairwise) {
  for (const int parts : {1, 2, 4, 8}) {
    PartSum sum(parts);
    std::vector<at::Tensor> values;
    for (int part = 0; part < parts; ++part) values.push_back(torch::randn({1000}));
    at::Tensor last;
    for (int part = 0; part < parts; ++part) {
      last = values[static_cast<std::size_t>(part)].clone();
      sum.add(part, 3, last);
    }
    for (; values.size() > 1; values.resize(values.size() / 2))
      for (std::size_t i = 0; i < values.size() / 2; ++i)
        values[i] = values[2 * i] + values[2 * i + 1];
    EXPECT_TRUE(last.equal(values.front())) << parts;
  }
}

}  // namespace
}  // namespace reslab
