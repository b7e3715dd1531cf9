#include "reslab/train/trainer.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <thread>

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "folder.h"
#include "lib/train/small_training.h"
#include "reslab/model/network_name.h"
#include "reslab/train/evaluation.h"

namespace reslab {
namespace {

TEST(Trainer, RecordsWhenARecordIsDue) {
  Training training;
  training.begin();
  const auto records = training.finish();
  std::vector<std::int64_t> iterations;
  std::vector<bool> tested;
  for (const auto& record : records) {
    iterations.push_back(record.iteration);
    tested.push_back(record.test.has_value());
  }
  EXPECT_THAT(iterations, testing::ElementsAre(4, 6, 8, 9));
  EXPECT_THAT(tested, testing::ElementsAre(false, true, false, true));
  EXPECT_DOUBLE_EQ(records.back().epoch, 9 * 8 / 40.0);
  for (std::int64_t i = 0; i <= 9; ++i)
    EXPECT_EQ(records_until(training.recipe, i),
              std::ranges::count_if(iterations, [i](auto iteration) { return iteration <= i; }));
}

TEST(Trainer, EvaluatesTheAverageOfTheWeights) {
  Training training;
  training.recipe.ema = AverageOptions{0.7};
  training.begin();
  const auto records = training.finish();
  const auto averaged = make_network(parse_network(training.network_name), 2);
  move_to_device(*averaged, training.device);
  set_state(*averaged, training.trainer->weights(), "average");
  const auto& images = *training.data.test;
  const auto score = evaluate(*averaged, images, *training.transform, training.execution()).score;
  EXPECT_EQ(records.back().test->loss, score.loss);
  const auto own =
      evaluate(*training.network, images, *training.transform, training.execution()).score;
  EXPECT_NE(own.loss, score.loss);
}

TEST(Trainer, CountsWhatTheTestImagesAreTakenFor) {
  Training training;
  training.begin();
  const auto records = training.finish();
  std::int64_t images = 0;
  std::int64_t right = 0;
  const auto& confusion = training.trainer->last_test().confusion;
  ASSERT_EQ(confusion.size(), 10U);
  for (std::size_t label = 0; label < confusion.size(); ++label) {
    for (const auto count : confusion[label]) images += count;
    right += confusion[label][label];
  }
  EXPECT_EQ(images, 20);
  EXPECT_DOUBLE_EQ(records.back().test->error, 100 * static_cast<double>(20 - right) / 20);
}

TEST(Trainer, WarmsUpLinearlyUnderEverySchedule) {
  for (const auto& schedule : {Schedule(Cosine()), Schedule(OneCycle()), Schedule(Constant())}) {
    Training training;
    training.recipe.record_every = 1;
    training.recipe.learning_rate.schedule = schedule;
    training.recipe.learning_rate.linear_warmup = LinearWarmup{4, 0.2};
    training.begin();
    for (const auto& record : training.finish()) {
      const auto done = static_cast<double>(record.iteration - 1);
      EXPECT_DOUBLE_EQ(record.learning_rate,
                       rate(schedule, {done, 9}) * std::min(1.0, 0.2 + 0.2 * done));
    }
  }
}

TEST(Trainer, TrainsInBfloat16AndResumesThereToo) {
  Training whole;
  whole.recipe.precision = Precision::bfloat16;
  whole.recipe.iterations = 4;
  whole.begin();
  const auto expected = whole.finish();
  for (const auto& parameter : whole.network->parameters())
    EXPECT_EQ(parameter.scalar_type(), at::kFloat);
  Training exact;
  exact.recipe.iterations = 4;
  exact.begin();
  const auto reference = exact.finish();
  EXPECT_NE(expected.back().train.loss, reference.back().train.loss);
  EXPECT_NEAR(expected.back().train.loss, reference.back().train.loss, 0.3);

  const Folder folder;
  const auto file = folder / "bfloat16-state.safetensors";
  Training first;
  first.recipe.precision = Precision::bfloat16;
  first.recipe.iterations = 4;
  first.begin();
  first.trainer->advance();
  first.trainer->save(file);
  first.begin();
  first.trainer->restore(file);
  first.finish();
  expect_equal_weights(*first.network, *whole.network);
}

TEST(Trainer, SumsTheGradientsOfParts) {
  Training whole;
  whole.network_name = "resnet-8:batch_norm=false,initialization=xavier";
  whole.begin();
  const auto expected = whole.finish();
  Training parts;
  parts.network_name = whole.network_name;
  parts.recipe.parts = 4;
  parts.begin();
  const auto records = parts.finish();
  EXPECT_NEAR(records.back().train.loss, expected.back().train.loss, 1e-4);
  EXPECT_EQ(records.back().train.error, expected.back().train.error);
  const auto one = whole.network->parameters();
  const auto other = parts.network->parameters();
  for (std::size_t i = 0; i < one.size(); ++i)
    EXPECT_TRUE(at::allclose(one[i], other[i], 1e-3, 1e-5)) << i;
}

// A step with a rate of 0 has BatchNorm's statistics as its only result. Those of a step with half
// the images are the first part's.
TEST(Trainer, AveragesTheStatisticsOfTheParts) {
  const auto step = [&](std::int64_t batch, std::int64_t parts, std::int64_t iterations) {
    Training training;
    training.steps().start = 0;
    training.recipe.batch = batch;
    training.recipe.parts = parts;
    training.recipe.iterations = iterations;
    training.recipe.batch_norm.momentum = iterations == 1 ? 1 : 0.5;
    training.begin();
    while (!training.trainer->done()) training.trainer->advance();
    auto buffers = training.network->named_buffers();
    EXPECT_EQ(buffers["bn1.num_batches_tracked"].item<std::int64_t>(), iterations);
    return buffers["bn1.running_mean"].clone();
  };
  const auto mean = step(8, 2, 1);
  const auto first = step(4, 1, 1);
  // After two steps with a momentum of ½: mean₁/4 + mean₂/2.
  const auto second = (step(4, 1, 2) - first / 4) * 2;
  EXPECT_TRUE(at::allclose(mean, (first + second) / 2, 1e-4, 1e-6));
  EXPECT_FALSE(at::allclose(mean, first, 1e-2, 1e-3));
}

TEST(Trainer, LearnsTheEmbeddedImages) {
  Training training;
  training.options.augment = {};
  training.steps().start = 0.02;
  training.recipe.iterations = 150;
  training.recipe.record_every = 30;
  training.recipe.evaluate_every = 150;
  training.begin();
  const auto records = training.finish();
  EXPECT_LT(records.back().train.loss, 0.5 * records.front().train.loss);
}

TEST(Trainer, AnotherSeedIsAnotherTraining) {
  Training one;
  one.begin(1);
  Training two;
  two.begin(2);
  EXPECT_NE(one.finish().front().train.loss, two.finish().front().train.loss);
}

TEST(Trainer, WarmsUpUntilTheTrainingErrorIsLow) {
  Training training;
  training.recipe.record_every = 2;
  auto& warmup = training.recipe.learning_rate.warmup;
  warmup = Warmup{0.001, 0};  // an error is never below 0
  training.begin();
  for (const auto& record : training.finish()) EXPECT_EQ(record.learning_rate, 0.001);

  warmup->until_train_error = 100;
  training.begin();
  const auto records = training.finish();
  ASSERT_LT(records[0].train.error, 100);
  EXPECT_EQ(records[0].learning_rate, 0.001);
  EXPECT_EQ(records[1].learning_rate, 0.1);
}

TEST(Trainer, CountsAScheduleInEpochsWhenTold) {
  Training training;
  auto& rate = training.recipe.learning_rate;
  rate.unit = ScheduleUnit::epochs;
  training.steps().at = {1};
  training.recipe.record_every = 1;
  training.begin();
  for (const auto& record : training.finish())  // 40 images: five steps of 8 are an epoch
    EXPECT_DOUBLE_EQ(record.learning_rate, record.iteration <= 5 ? 0.1 : 0.01) << record.iteration;
}

bool has_module(const Network& network, const std::string& name) {
  return std::ranges::any_of(network.named_modules("", false),
                             [&name](const auto& entry) { return entry.key() == name; });
}

TEST(Trainer, NamesTheLayerWhoseOutputIsTheFirstThatIsNotFinite) {
  Training training;
  training.begin();
  const torch::NoGradGuard no_grad;
  const auto weights = training.network->named_parameters();
  std::string convolution;  // the second one
  int convolutions = 0;
  for (const auto& entry : weights)
    if (entry.value().dim() == 4 && ++convolutions == 2) convolution = entry.key();
  weights[convolution].fill_(std::numeric_limits<float>::infinity());
  const auto block = convolution.substr(0, convolution.rfind('.', convolution.rfind('.') - 1));
  try {
    const torch::AutoGradMode with_gradients(true);
    training.trainer->advance();
    FAIL() << "infinite weights were not noticed";
  } catch (const Diverged& error) {
    const std::string start =
        "the training loss is not finite at iteration 1; the first such output is that of ";
    EXPECT_TRUE(std::string(error.what()).starts_with(start + block + ".")) << error.what();
  }
}

TEST(Trainer, SaysAtWhichIterationItDiverged) {
  Training training;
  training.steps().start = 1e3;
  training.recipe.optimizer.momentum = 1;
  training.recipe.optimizer.weight_decay = 1;
  training.recipe.iterations = 1000;
  for (const auto every : {1, 1000}) {
    training.recipe.evaluate_every = every;
    training.begin();
    try {
      training.finish();
      FAIL() << "a rate of 1000 did not diverge";
    } catch (const Diverged& error) {
      const auto done = training.trainer->iteration();
      const std::string what = error.what();
      const auto start =
          every == 1 ? "the network's outputs in the evaluation are not finite at iteration " +
                           std::to_string(done)
                     : "the training loss is not finite at iteration " + std::to_string(done + 1);
      ASSERT_TRUE(what.starts_with(start + "; ")) << what;
      std::string layer = what.substr(what.rfind(" of ") + 4);
      if (const auto at = what.find("all layers up to "); at != what.npos)
        layer = what.substr(at + 17, what.rfind(" are finite") - at - 17);
      EXPECT_TRUE(has_module(*training.network, layer)) << what;
    }
  }
}

TEST(Trainer, CountsTheTimeOfBatchesAssembledAhead) {
  Training training;
  training.shapes().train = 256;
  training.recipe.batch = 256;  // takes longer to assemble than to be handed over
  training.begin();
  const auto advance = [&](int steps) {
    for (int i = 0; i < steps; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      training.trainer->advance();
    }
    return training.trainer->take_timing().assembling;
  };
  EXPECT_GT(advance(1), 0);
  EXPECT_GT(advance(4), 0);  // more batches than wait assembled at a time
}

TEST(Trainer, DividesTheRateAtPlateausAlsoAfterARestore) {
  Training training;
  // No error falls by 100 points, so every evaluation but the first is a plateau.
  training.recipe.learning_rate.schedule = Plateau{.patience = 1, .least_gain = 100};
  training.recipe.record_every = 1;
  training.recipe.evaluate_every = 2;
  training.begin();
  const auto whole = training.finish();
  const double rates[] = {0.1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.001, 0.001, 0.0001};
  ASSERT_EQ(whole.size(), std::size(rates));
  for (std::size_t i = 0; i < whole.size(); ++i)
    EXPECT_NEAR(whole[i].learning_rate, rates[i], 1e-12) << i;

  const Folder folder;
  const auto file = folder / "plateau-state.safetensors";
  training.begin();
  while (training.trainer->iteration() < 5) training.trainer->advance();
  training.trainer->save(file);
  training.begin();
  training.trainer->restore(file);
  EXPECT_NEAR(training.finish().back().learning_rate, rates[8], 1e-12);
}

}  // namespace
}  // namespace reslab
