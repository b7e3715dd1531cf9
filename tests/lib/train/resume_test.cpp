#include <algorithm>
#include <ostream>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "folder.h"
#include "lib/train/small_training.h"
#include "reslab/base/error.h"
#include "reslab/train/trainer.h"

namespace reslab {
namespace {

void expect_equal(const Record& a, const Record& b) {
  EXPECT_EQ(a.iteration, b.iteration);
  EXPECT_EQ(a.epoch, b.epoch);
  EXPECT_EQ(a.learning_rate, b.learning_rate);
  EXPECT_EQ(a.train.loss, b.train.loss);
  EXPECT_EQ(a.train.error, b.train.error);
  ASSERT_EQ(a.test.has_value(), b.test.has_value());
  if (a.test) {
    EXPECT_EQ(a.test->loss, b.test->loss);
    EXPECT_EQ(a.test->error, b.test->error);
  }
}

struct Resumed {
  std::string network_name;
  OptimizerOptions optimizer;
  at::DeviceType device;
};

/// The name of a case in the list of tests.
void PrintTo(const Resumed& value, std::ostream* out) {
  const auto kind = OptimizerOptions::settings().list().front().get(&value.optimizer);
  *out << value.network_name << " " << std::get<std::string>(kind) << " " << value.device;
}

std::vector<Resumed> resumed() {
  std::vector<Resumed> all;
  for (const auto device : {at::kCPU, at::kCUDA}) {
    for (const auto& optimizer : every_optimizer()) all.push_back({"resnet-8", optimizer, device});
    all.push_back({"resnet-8:shortcut_dropout=0.3", {}, device});
  }
  all.push_back({"resnet-8:survival=0.5", {}, at::kCPU});
  return all;
}

class EveryState : public testing::TestWithParam<Resumed> {
 protected:
  void SetUp() override {
    if (GetParam().device == at::kCUDA && !at::hasCUDA()) GTEST_SKIP() << "there is no GPU";
  }

  static void prepare(Training& training) {
    training.network_name = GetParam().network_name;
    training.recipe.optimizer = GetParam().optimizer;
    training.device = GetParam().device;
    training.begin();
  }
};
INSTANTIATE_TEST_SUITE_P(Networks, EveryState, testing::ValuesIn(resumed()));

TEST_P(EveryState, RestoredGoesOnBitIdentical) {
  Training whole;
  prepare(whole);
  const auto expected = whole.finish();
  const Folder folder;
  const auto file = folder / "trainer-state.safetensors";
  for (std::int64_t stop = 0; stop < whole.recipe.iterations; ++stop) {
    SCOPED_TRACE(stop);
    Training first;
    prepare(first);
    std::vector<Record> records;
    while (first.trainer->iteration() < stop)
      if (auto record = first.trainer->advance()) records.push_back(*record);
    first.trainer->save(file);

    Training second;
    prepare(second);
    second.trainer->restore(file);
    EXPECT_EQ(second.trainer->iteration(), stop);
    for (const auto& record : second.finish()) records.push_back(record);
    ASSERT_EQ(records.size(), expected.size());
    for (std::size_t i = 0; i < records.size(); ++i) expect_equal(records[i], expected[i]);
    expect_equal_weights(*second.network, *whole.network);
  }
}

struct Addition {
  std::string name;
  void (*to)(Training& training);
};

/// The settings of recipes and augmentation that are off by default.
const std::vector<Addition>& additions() {
  static const std::vector<Addition> list = {
      {"random_resized_crop",
       [](Training& training) { training.options.augment.random_resized_crop.emplace(); }},
      {"color_jitter",
       [](Training& training) {
         training.options.augment.color_jitter = ColorJitter{0.4, 0.4, 0.4, 0.1};
       }},
      {"label_smoothing", [](Training& training) { training.recipe.label_smoothing = 0.1; }},
      {"mixup_alpha", [](Training& training) { training.recipe.mixup_alpha = 0.4; }},
      {"clip_grad_norm", [](Training& training) { training.recipe.clip_grad_norm = 0.5; }},
      {"sampler", [](Training& training) { training.recipe.sampler = Sampler::class_balanced; }},
      {"ema", [](Training& training) { training.recipe.ema = AverageOptions{0.7}; }},
      {"linear_warmup",
       [](Training& training) {
         training.recipe.learning_rate.linear_warmup = LinearWarmup{6, 0.1};
       }},
      {"adamw", [](Training& training) { training.recipe.optimizer.kind = OptimizerKind::adamw; }},
      {"all of them", [](Training& training) {
         for (const auto& addition : additions())
           if (addition.to != additions().back().to) addition.to(training);
       }}};
  return list;
}

void expect_additions(const std::vector<Setting>& table) {
  for (const auto& row : table) {
    expect_additions(row.members);
    // Numbers of passes and images become iterations and data before a training begins.
    const bool is_amount = row.name == "epochs" || row.name == "train" || row.name == "test";
    if (row.omits_default && !is_amount) {
      EXPECT_EQ(std::ranges::count(additions(), row.name, &Addition::name), 1) << row.name;
    }
  }
}

TEST(Resume, AdditionsHaveEverySettingThatIsOffByDefault) {
  expect_additions(recipe_settings().list());
  expect_additions(data_settings().list());
}

void expect_equal_tensors(const NamedTensors& a, const NamedTensors& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(a[i].second.equal(b[i].second)) << i;
}

TEST(Resume, EveryAdditionChangesTheTrainingAndResumesBitIdentical) {
  Training plain;
  plain.begin();
  const auto unchanged = plain.finish();
  for (const auto& addition : additions()) {
    SCOPED_TRACE(addition.name);
    const auto begin = [&](Training& training) {
      addition.to(training);
      training.begin();
    };
    Training whole;
    begin(whole);
    const auto expected = whole.finish();
    EXPECT_NE(expected.back().test->loss, unchanged.back().test->loss);

    const Folder folder;
    const auto file = folder / "state.safetensors";
    Training first;
    begin(first);
    std::vector<Record> records;
    while (first.trainer->iteration() < 5)
      if (auto record = first.trainer->advance()) records.push_back(*record);
    first.trainer->save(file);
    Training second;
    begin(second);
    second.trainer->restore(file);
    for (const auto& record : second.finish()) records.push_back(record);
    ASSERT_EQ(records.size(), expected.size());
    for (std::size_t i = 0; i < records.size(); ++i) expect_equal(records[i], expected[i]);
    expect_equal_weights(*second.network, *whole.network);
    expect_equal_tensors(second.trainer->weights(), whole.trainer->weights());
    EXPECT_EQ(second.trainer->last_test().confusion, whole.trainer->last_test().confusion);
  }
}

TEST(Resume, RefusesTheCheckpointOfAnotherNetworkOrSeed) {
  Training training;
  const Folder folder;
  training.begin().save(folder / "other.safetensors");
  const auto restored = [&](const std::string& name, std::uint64_t seed) {
    Training other;
    other.network_name = name;
    other.begin(seed).restore(folder / "other.safetensors");
  };
  EXPECT_NO_THROW(restored(training.network_name, 1));
  EXPECT_THROW(restored("resnet-14", 1), InvalidInput);
  EXPECT_THROW(restored(training.network_name, 2), InvalidInput);
}

}  // namespace
}  // namespace reslab
