// Tests runs that are interrupted, killed and resumed.

#include "app/runs/runner.h"

#include <algorithm>
#include <functional>
#include <map>
#include <regex>
#include <stdexcept>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "app/runs/csv_sink.h"
#include "app/runs/directory_lock.h"
#include "app/runs/pictures.h"
#include "app/runs/progress.h"
#include "app/small_experiment.h"
#include "refusal.h"
#include "reslab/base/file.h"
#include "reslab/data/image_file.h"
#include "reslab/interchange/tensors.h"
#include "reslab/train/checkpoint.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// The calls that the sinks of one test received, over several calls of the runner.
struct SinkCalls {
  std::vector<std::int64_t> starts;  // arguments of forget_after()
  std::vector<std::int64_t> records;
  std::vector<std::int64_t> layers;
  std::vector<std::int64_t> timings;
  std::int64_t iteration = 0;  // of the last call of progress()
  int closed = 0;
};

/// No std::exception, which the runner would catch.
struct Killed {};

/// Notes the calls that it receives. Throws after the record of iteration `throw_at`, which has the
/// same effect on the files as killing the process.
class TestSink : public RecordSink {
 public:
  TestSink(SinkCalls& calls, std::int64_t throw_at) : calls_(calls), throw_at_(throw_at) {}

  void forget_after(std::int64_t iteration) override {
    calls_.starts.push_back(iteration);
    const auto later = [iteration](std::int64_t other) { return other > iteration; };
    for (auto* list : {&calls_.records, &calls_.layers, &calls_.timings})
      std::erase_if(*list, later);
  }
  void layers(const std::vector<LayerRecord>& rows) override {
    calls_.layers.push_back(rows.front().iteration);
  }
  void record(const Record& row) override { calls_.records.push_back(row.iteration); }
  void timing(const Timing& row) override {
    calls_.timings.push_back(row.iteration);
    if (row.iteration == throw_at_) throw Killed();
  }
  void progress(const Progress& progress) override { calls_.iteration = progress.iteration; }
  void close() override { ++calls_.closed; }

 private:
  SinkCalls& calls_;
  std::int64_t throw_at_;
};

class Runner : public testing::Test {
 protected:
  static constexpr std::int64_t kNever = -1;

  Runner()
      : experiment_(read_experiment(Document::load(folder_.write("e.json", kExperiment)))),
        data_(load(experiment_.data)),
        transform_(make_transform(data_, experiment_.data)) {
    experiment_.diagnostics = {"layer_response", "gradient_norm"};
  }

  /// Trains run `index` in a directory. Stops after iteration `stop_at`, or is killed once the
  /// record of iteration `kill_at` is written.
  RunOutcome train(const std::string& out, std::size_t index, std::int64_t stop_at = kNever,
                   std::int64_t kill_at = kNever) {
    RunContext context{experiment_, folder_.path() / out, data_, transform_, {}, at::kCPU, 1};
    context.make_sinks = [&](const RunDirectory& directory, const Json&) {
      RecordSinks sinks;
      sinks.push_back(std::make_unique<CsvSink>(directory));
      sinks.push_back(std::make_unique<TestSink>(calls_, kill_at));
      return sinks;
    };
    context.stop = [&] { return calls_.iteration == stop_at; };
    return run_one(context, index, 1, 1);
  }

  RunOutcome train_with(
      const std::function<RecordSinks(const RunDirectory&, const Json&)>& make_sinks) {
    RunContext context{experiment_, folder_.path() / "out", data_, transform_, {}, at::kCPU, 1};
    context.make_sinks = make_sinks;
    return run_one(context, 0, 1, 1);
  }

  RunDirectory directory(const std::string& out, std::size_t index) const {
    const auto& plan = experiment_.runs[index];
    return {folder_.path() / out, plan.name, plan.seed};
  }

  void expect_equal_runs(const std::string& a, const std::string& b, std::size_t index) const {
    const auto one = directory(a, index);
    const auto other = directory(b, index);
    EXPECT_EQ(content(one.metrics()), content(other.metrics()));
    EXPECT_EQ(content(one.layers()), content(other.layers()));
    EXPECT_FALSE(content(one.confusion()).empty());
    EXPECT_EQ(content(one.confusion()), content(other.confusion()));
    EXPECT_FALSE(content(one.weights()).empty());
    EXPECT_TRUE(content(one.weights()) == content(other.weights()));
    EXPECT_EQ(read_csv<Timing>(one.timing()).size(), read_csv<Timing>(other.timing()).size());
  }

  Folder folder_;
  Experiment experiment_;
  DataSet data_;
  Transform transform_;
  SinkCalls calls_;
};

TEST_F(Runner, LeavesARunToTheProcessThatTrainsIt) {
  directory("out", 0).make();
  const DirectoryLock other(directory("out", 0).path());
  EXPECT_EQ(train("out", 0), RunOutcome::taken);
  EXPECT_THAT(calls_.starts, testing::IsEmpty());
  EXPECT_FALSE(directory("out", 0).read());
  EXPECT_EQ(train("out", 1), RunOutcome::finished);
  EXPECT_FALSE(std::filesystem::exists(directory("out", 1).path() / "lock"));
}

TEST_F(Runner, LeavesARunAtWhichAnotherProcessHasFailed) {
  RunContext context{experiment_, folder_.path() / "out", data_, transform_, {}, at::kCPU, 1};
  context.failed_elsewhere = [] { return true; };
  EXPECT_EQ(run_one(context, 0, 1, 1), RunOutcome::failed);
  EXPECT_FALSE(directory("out", 0).read());
}

TEST_F(Runner, WritesNoMoreWhenAnotherMachineHasTakenTheRun) {
  const auto path = directory("out", 0).path();
  const auto lose_the_lock = [&](const RunDirectory&, const Json&) {
    folder_.write("out/plain-8/seed-1/lock", "process 4711 on host other");
    RecordSinks sinks;
    sinks.push_back(std::make_unique<TestSink>(calls_, kNever));
    return sinks;
  };
  EXPECT_EQ(train_with(lose_the_lock), RunOutcome::taken);
  EXPECT_FALSE(std::filesystem::exists(directory("out", 0).checkpoint()));
  EXPECT_FALSE(std::filesystem::exists(directory("out", 0).weights()));
  EXPECT_EQ((*directory("out", 0).read())["status"], "running");
  EXPECT_EQ(calls_.closed, 1);
  EXPECT_TRUE(std::filesystem::exists(path / "lock"));
}

TEST_F(Runner, AnyErrorFailsOneRunOnly) {
  EXPECT_EQ(train_with([](const RunDirectory&, const Json&) -> RecordSinks {
              throw std::logic_error("no sinks\nstack trace");
            }),
            RunOutcome::failed);
  const auto run = directory("out", 0).read();
  EXPECT_EQ((*run)["status"], "failed");
  EXPECT_EQ((*run)["failure"], "no sinks");
  EXPECT_EQ(train("out", 0), RunOutcome::finished);
}

TEST_F(Runner, TellsEverySinkEachRecordOnceAcrossInterruptions) {
  EXPECT_EQ(train("out", 1, 5), RunOutcome::interrupted);
  EXPECT_THAT(calls_.records, ElementsAre(2, 4));
  EXPECT_EQ(train("out", 1, 8), RunOutcome::interrupted);
  EXPECT_EQ(train("out", 1), RunOutcome::finished);
  EXPECT_THAT(calls_.starts, ElementsAre(0, 5, 8));
  EXPECT_THAT(calls_.records, ElementsAre(2, 4, 6, 8, 10, 12));
  EXPECT_EQ(calls_.layers, calls_.records);
  EXPECT_EQ(calls_.timings, calls_.records);
  EXPECT_EQ(calls_.iteration, 12);
  EXPECT_EQ(calls_.closed, 3);
}

TEST_F(Runner, StoppedAfterAnyStepItEndsBitIdentical) {
  ASSERT_EQ(train("whole", 1), RunOutcome::finished);
  for (std::int64_t stop = 1; stop < 12; ++stop) {
    SCOPED_TRACE(stop);
    const auto out = "stopped-" + std::to_string(stop);
    EXPECT_EQ(train(out, 1, stop), RunOutcome::interrupted);
    EXPECT_TRUE(std::filesystem::exists(directory(out, 1).checkpoint()));
    EXPECT_FALSE(std::filesystem::exists(directory(out, 1).weights()));
    EXPECT_EQ(train(out, 1), RunOutcome::finished);
    EXPECT_FALSE(std::filesystem::exists(directory(out, 1).checkpoint()));
    expect_equal_runs("whole", out, 1);
  }
}

TEST_F(Runner, KilledAtAnyRecordItEndsBitIdentical) {
  ASSERT_EQ(train("whole", 0), RunOutcome::finished);
  for (const std::int64_t record : {2, 4, 6, 8, 10, 12}) {
    SCOPED_TRACE(record);
    const auto out = "killed-" + std::to_string(record);
    EXPECT_THROW(train(out, 0, kNever, record), Killed);
    EXPECT_EQ(train(out, 0), RunOutcome::finished);
    EXPECT_GE(calls_.starts.back(), (record - 1) / 4 * 4);  // a checkpoint follows every evaluation
    EXPECT_LT(calls_.starts.back(), record);
    expect_equal_runs("whole", out, 0);
  }
}

/// Changes a byte near the end of a file.
void damage(const std::filesystem::path& path) {
  auto bytes = content(path);
  ASSERT_GT(bytes.size(), 100U);
  bytes[bytes.size() - 100] ^= 1;
  write_text(path, bytes);
}

class DamagedCheckpoint : public Runner {
 protected:
  /// Trains a run without interruption, and one that was interrupted twice and whose last
  /// checkpoint is damaged.
  void SetUp() override {
    Runner::SetUp();
    ASSERT_EQ(train("whole", 1), RunOutcome::finished);
    ASSERT_EQ(train("out", 1, 5), RunOutcome::interrupted);
    ASSERT_EQ(train("out", 1, 8), RunOutcome::interrupted);
    newest_ = directory("out", 1).checkpoint();
    damage(newest_);
  }

  std::filesystem::path newest_;
};

TEST_F(DamagedCheckpoint, GivesWayToThePreviousOne) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(train("out", 1), RunOutcome::finished);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "resnet-8 seed 1: " + newest_.string() +
                ": damaged, its checksum is wrong; the run goes back to the state before it\n");
  EXPECT_EQ(calls_.starts.back(), 5);
  expect_equal_runs("whole", "out", 1);
}

TEST_F(DamagedCheckpoint, MakesTheRunStartAgainIfThePreviousOneIsDamagedToo) {
  damage(previous_checkpoint(newest_));
  testing::internal::CaptureStderr();
  EXPECT_EQ(train("out", 1), RunOutcome::finished);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              testing::EndsWith("resnet-8 seed 1: no checkpoint: the run starts again\n"));
  EXPECT_EQ(calls_.starts.back(), 0);
  expect_equal_runs("whole", "out", 1);
}

TEST_F(Runner, RefusesToContinueWithoutTheRecordsBeforeTheCheckpoint) {
  ASSERT_EQ(train("out", 1, 8), RunOutcome::interrupted);
  const auto run = directory("out", 1);
  const auto whole = content(run.metrics());
  const auto expect_refused = [&](const std::string& found) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(train("out", 1), RunOutcome::damaged);
    EXPECT_EQ(testing::internal::GetCapturedStderr(),
              fmt::format("resnet-8 seed 1: {}: {}, expected the 4 rows up to iteration 8, where "
                          "the checkpoint continues; restore the file, or remove {} to train the "
                          "run again\n",
                          run.metrics().string(), found, run.path().string()));
  };
  keep_until(run.metrics(), 6);
  expect_refused("has 3 rows");
  write_text(run.metrics(), std::regex_replace(whole, std::regex("\n4,.*"), ""));
  expect_refused("has 3 rows");
  remove_file(run.metrics());
  expect_refused("no such file");
  write_text(run.metrics(), whole);
  EXPECT_EQ(train("out", 1), RunOutcome::finished);
  ASSERT_EQ(train("whole", 1), RunOutcome::finished);
  expect_equal_runs("whole", "out", 1);
}

TEST_F(Runner, WritesCheckpointsAsOftenAsTheExperimentSays) {
  experiment_.checkpoint_every = {0, 3};
  // Evaluations, which write checkpoints too, follow iterations 4, 8 and 12.
  EXPECT_THROW(train("out", 0, kNever, 8), Killed);
  EXPECT_EQ(train("out", 0), RunOutcome::finished);
  EXPECT_EQ(calls_.starts.back(), 6);
}

TEST_F(Runner, RemovesWhatAProcessLeavesThatDiesAtTheEnd) {
  ASSERT_EQ(train("out", 0), RunOutcome::finished);
  write_text(directory("out", 0).path() / "lock", "process 1 on host h");
  directory("out", 0).make();
  write_text(directory("out", 0).checkpoint(), "state");
  EXPECT_EQ(train("out", 0), RunOutcome::finished);
  EXPECT_FALSE(std::filesystem::exists(directory("out", 0).checkpoint()));
  EXPECT_FALSE(std::filesystem::exists(directory("out", 0).path() / "lock"));
}

TEST_F(Runner, SavesPicturesThatAgreeWithTheConfusionMatrix) {
  ASSERT_EQ(train("out", 1), RunOutcome::finished);
  const auto pictures = read_pictures(directory("out", 1).pictures());
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> wrong;  // by class and prediction
  std::int64_t misclassified = 0;
  for (const auto& row : read_csv<ConfusionRecord>(directory("out", 1).confusion()))
    if (row.label != row.predicted) {
      wrong[{row.label, row.predicted}] = row.images;
      misclassified += row.images;
    }
  EXPECT_EQ(pictures.iteration, 12);
  EXPECT_EQ(pictures.images, 20);
  EXPECT_EQ(pictures.misclassified, misclassified);
  ASSERT_GT(misclassified, 0);
  ASSERT_EQ(std::ssize(pictures.surest), misclassified);  // at most 20 images
  for (const auto& image : pictures.surest) {
    --wrong[{image.label, image.predicted}];
    EXPECT_EQ(image.label, data_.test->label(image.index));
  }
  for (const auto& [classes, left] : wrong) EXPECT_EQ(left, 0);
  EXPECT_TRUE(std::ranges::is_sorted(pictures.surest, std::greater(), &TestPicture::probability));
  const auto& image = pictures.surest.front();
  std::vector<std::uint8_t> buffer;
  const auto original = data_.test->view(image.index, buffer);
  const auto decoded = decode_image(image.picture.png, "picture");
  ASSERT_EQ(decoded.height, original.height);
  EXPECT_TRUE(std::equal(decoded.pixels.begin(), decoded.pixels.end(), original.stored.pixels));
  EXPECT_EQ(pictures.filter_layer, "conv1.weight");
  EXPECT_EQ(pictures.filters.size(), 16U);
}

TEST_F(Runner, ARunThatWasKilledAfterItsLastRecordHasPicturesToo) {
  ASSERT_EQ(train("whole", 0), RunOutcome::finished);
  EXPECT_EQ(train("out", 0, 12), RunOutcome::interrupted);
  EXPECT_FALSE(std::filesystem::exists(directory("out", 0).pictures()));
  EXPECT_EQ(train("out", 0), RunOutcome::finished);
  EXPECT_EQ(content(directory("out", 0).pictures()), content(directory("whole", 0).pictures()));
}

TEST_F(Runner, ANewRunForgetsTheFilesOfABrokenOne) {
  directory("out", 0).make();
  write_text(directory("out", 0).metrics(), "something else\n");
  EXPECT_EQ(train("out", 0), RunOutcome::finished);
  EXPECT_EQ(read_csv<Record>(directory("out", 0).metrics()).size(), 6U);
}

TEST_F(Runner, SavesTheAverageOfTheWeightsAndSaysSo) {
  ASSERT_EQ(train("plain", 0), RunOutcome::finished);
  experiment_.runs[0].recipe.ema.emplace();
  ASSERT_EQ(train("whole", 0), RunOutcome::finished);
  ASSERT_EQ(train("stopped", 0, 7), RunOutcome::interrupted);
  ASSERT_EQ(train("stopped", 0), RunOutcome::finished);
  expect_equal_runs("whole", "stopped", 0);
  const auto plain = load_tensors(directory("plain", 0).weights());
  const auto average = load_tensors(directory("whole", 0).weights());
  EXPECT_FALSE(plain.metadata.contains("weights"));
  EXPECT_EQ(average.metadata.at("weights"), "ema");
  EXPECT_FALSE(average.tensors[0].second.equal(plain.tensors[0].second));
}

TEST_F(Runner, KeepsTheBestWeightsAcrossAStop) {
  ASSERT_EQ(experiment_.runs.size(), 2U);
  experiment_ = load_experiment(folder_.path() / "e.json",
                                {"/data/validation=16", "/recipe/evaluate_every=2"});
  data_ = load(experiment_.data);
  ASSERT_EQ(train("whole", 1), RunOutcome::finished);
  ASSERT_EQ(train("stopped", 1, 7), RunOutcome::interrupted);
  ASSERT_EQ(train("stopped", 1), RunOutcome::finished);
  const auto best = content(directory("whole", 1).best_weights());
  EXPECT_FALSE(best.empty());
  EXPECT_TRUE(best == content(directory("stopped", 1).best_weights()));

  ASSERT_EQ(train("damaged", 1, 7), RunOutcome::interrupted);
  const auto run = directory("damaged", 1);
  for (const std::string what : {"damaged", "no such file"}) {
    what == "damaged" ? write_text(run.best_weights(), best.substr(1))
                      : remove_file(run.best_weights());
    testing::internal::CaptureStderr();
    EXPECT_EQ(train("damaged", 1), RunOutcome::damaged);
    EXPECT_THAT(testing::internal::GetCapturedStderr(),
                AllOf(HasSubstr(run.best_weights().string() + ": "), HasSubstr(what),
                      HasSubstr("; restore the file, or remove ")));
  }
}

}  // namespace
}  // namespace reslab::app
