// Other programs read what a run writes.

#include <gmock/gmock.h>

#include "app/report/results.h"
#include "app/runs/csv_sink.h"
#include "app/runs/dvc_sink.h"
#include "lib/python.h"
#include "reslab/base/file.h"

namespace reslab::app {
namespace {

/// Records at 100, 200, 300 and 400, the second and the fourth with a test error.
void write_records(RecordSink& sink, std::int64_t first = 100) {
  for (auto iteration = first; iteration <= 400; iteration += 100) {
    auto record = made_record(iteration, 50 - static_cast<double>(iteration) / 100);
    if (iteration % 200 == 0) record.test = Score{1.25, static_cast<double>(iteration) / 10};
    sink.record(record);
  }
}

Json run_description() {
  return {{"seed", 3}, {"identity", {{"network", {{"depth", 8}}}, {"recipe", {{"batch", 128}}}}}};
}

class Trackers : public testing::Test {
 protected:
  Trackers() { directory_.make(); }

  void write_metrics() const {
    CsvSink sink(directory_);
    sink.forget_after(0);
    write_records(sink);
  }

  std::string read_with(const std::string& program) const {
    Python python(RESLAB_REFERENCE_FOLDER "/trackers.py");
    return python.ask(program + " " + directory_.path().string());
  }

  /// Skips the test if the program is not installed.
  void expect_read(const std::string& program, const std::string& answer) const {
    if (const auto reason = python_lacks(program); !reason.empty()) GTEST_SKIP() << reason;
    write_metrics();
    EXPECT_EQ(read_with(program), answer);
  }

  Folder folder_;
  RunDirectory directory_{folder_.path(), "resnet-8", 3};
};

TEST_F(Trackers, PandasReadsTestErrorsByStep) {
  expect_read("pandas", "[[200, 20.0], [400, 40.0]]");
}

TEST_F(Trackers, TrackioImportsTestErrorsByStep) {
  expect_read("trackio", "[[200, 20.0], [400, 40.0]]");
}

TEST_F(Trackers, WandbLogsTheMetrics) { expect_read("wandb", "[400, 40]"); }

TEST_F(Trackers, DvcShowsResultsAndCurves) {
  if (const auto reason = python_lacks("dvc"); !reason.empty()) GTEST_SKIP() << reason;
  DvcSink sink(directory_, run_description());
  sink.forget_after(0);
  write_records(sink);
  const auto read = Json::parse(read_with("dvc"));
  EXPECT_EQ(read["metrics"]["step"], 400);
  EXPECT_EQ(read["metrics"]["train_error"], 46);
  EXPECT_EQ(read["metrics"]["test_error"], 40);
  EXPECT_EQ(read["plots"].dump(), R"(["errors","losses"])");
  EXPECT_EQ(read["test"].dump(), "[[200,20.0],[400,40.0]]");
}

TEST_F(Trackers, FilesForDvcHoldSettingsAndTheLastMeasuredValues) {
  DvcSink sink(directory_, run_description());
  sink.forget_after(0);
  sink.record(made_record(100, 60, 30));
  sink.record(made_record(200, 50));
  const auto files = directory_.path() / "dvc";
  const auto parameters = read_json((files / "params.json").string());
  EXPECT_EQ(parameters["network"]["depth"], 8);
  EXPECT_EQ(parameters["recipe"]["batch"], 128);
  EXPECT_EQ(parameters["seed"], 3);
  const auto results = read_json((files / "metrics.json").string());
  EXPECT_EQ(results["step"], 200);
  EXPECT_EQ(results["train_error"], 50);
  EXPECT_EQ(results["test_error"], 30);
  EXPECT_FALSE(results.contains("validation_error"));
  EXPECT_EQ(read_text(files / "train.csv"), "step,loss,error\n100,0.5,60\n200,0.5,50\n");
  EXPECT_EQ(read_text(files / "test.csv"), "step,loss,error\n100,0.7,30\n");
}

TEST_F(Trackers, AResumedRunKeepsTheCurvesForDvcUpToItsCheckpoint) {
  write_metrics();
  DvcSink sink(directory_, run_description());
  sink.forget_after(200);
  write_records(sink, 300);
  EXPECT_EQ(read_text(directory_.path() / "dvc" / "train.csv"),
            "step,loss,error\n100,0.5,49\n200,0.5,48\n300,0.5,47\n400,0.5,46\n");
}

TEST_F(Trackers, OnlyARepositoryOfDvcGetsFilesForIt) {
  EXPECT_FALSE(in_dvc_repository(directory_.path()));
  std::filesystem::create_directory(folder_ / ".dvc");
  EXPECT_TRUE(in_dvc_repository(directory_.path()));
}

}  // namespace
}  // namespace reslab::app
