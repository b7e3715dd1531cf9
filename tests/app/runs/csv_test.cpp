#include "app/runs/csv.h"

#include <cmath>
#include <csignal>
#include <limits>
#include <random>

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "app/report/results.h"
#include "folder.h"
#include "refusal.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kLayersHeader = "step,layer,index,response_std,gradient_norm,gate_mean\n";
const std::string kMetricsHeader =
    "step,epoch,learning_rate,train_loss,train_error,validation_loss,validation_error,"
    "validation_top5_error,test_loss,test_error,test_top5_error\n";

template <class Row>
void write_rows(const std::string& path, const std::vector<Row>& rows) {
  CsvWriter<Row> writer(path);
  for (const Row& row : rows) writer.write(row);
}

TEST(Csv, WritesShortestNumbersAndEmptyCells) {
  const Folder folder;
  const Record record{100, 0.256, 0.1, {2.5, 90}, {}, Score{1.0 / 3, 87.5, 0.5}};
  write_rows<Record>(folder / "metrics.csv", {record});
  EXPECT_EQ(read_text(folder / "metrics.csv"),
            kMetricsHeader + "100,0.256,0.1,2.5,90,,,,0.3333333333333333,87.5,0.5\n");
  write_rows<Timing>(folder / "timing.csv", {{.iteration = 7, .seconds = 1.5, .peak_memory = 9}});
  EXPECT_EQ(read_text(folder / "timing.csv"),
            "step,seconds,images_per_second,waiting,assembling,forward,backward,optimizer,"
            "evaluation,diagnostics,checkpoint,peak_memory\n7,1.5,0,0,0,0,0,0,0,0,0,9\n");
}

TEST(Csv, ConfusionsReadBackInOrderOnly) {
  const Folder folder;
  const auto path = folder / "confusion.csv";
  std::vector<ConfusionRecord> written = {{50, 0, 0, 7}, {50, 0, 2, 1}, {50, 1, 0, 3}};
  write_csv(path, written);
  EXPECT_EQ(read_text(path), "step,label,predicted,images\n50,0,0,7\n50,0,2,1\n50,1,0,3\n");
  const auto rows = read_csv<ConfusionRecord>(path);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1].predicted, 2);
  EXPECT_EQ(rows[2].images, 3);
  written.push_back(written.back());
  write_csv(path, written);
  EXPECT_THAT(refusal([&] { read_csv<ConfusionRecord>(path); }),
              ElementsAre(HasSubstr("confusion.csv:5: label 1 predicted 0 is out of order")));
  write_csv<ConfusionRecord>(path, {{50, 0, 0, -7}});
  EXPECT_THAT(refusal([&] { read_csv<ConfusionRecord>(path); }),
              ElementsAre(HasSubstr("confusion.csv:2: images is -7, expected at least 1")));
}

TEST(Csv, EveryRecordReadsBackExactly) {
  const Folder folder;
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> exponent(-300, 300);
  const auto number = [&] { return std::pow(10.0, exponent(random)); };
  const auto error = [&] { return std::min(number(), 100.0); };
  std::vector<Record> records;
  for (int i = 1; i <= 200; ++i) {
    Record record{i, number(), number(), {-number(), error()}, {}, {}};
    if (i % 2 == 0) record.validation = Score{number(), error(), error()};
    if (i % 3 == 0) record.test = Score{std::numeric_limits<double>::infinity(), error()};
    records.push_back(record);
  }
  write_rows(folder / "metrics.csv", records);
  const auto read = read_csv<Record>(folder / "metrics.csv");
  ASSERT_EQ(read.size(), records.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].iteration, records[i].iteration);
    EXPECT_EQ(read[i].epoch, records[i].epoch);
    EXPECT_EQ(read[i].learning_rate, records[i].learning_rate);
    EXPECT_EQ(read[i].train.loss, records[i].train.loss);
    EXPECT_EQ(read[i].train.error, records[i].train.error);
    for (const auto split : {&Record::validation, &Record::test}) {
      ASSERT_EQ((read[i].*split).has_value(), (records[i].*split).has_value());
      if (!(read[i].*split)) continue;
      EXPECT_EQ((read[i].*split)->loss, (records[i].*split)->loss);
      EXPECT_EQ((read[i].*split)->error, (records[i].*split)->error);
      EXPECT_EQ((read[i].*split)->top5_error, (records[i].*split)->top5_error);
    }
  }
}

TEST(Csv, TimingReadsBackEachColumnInItsPlace) {
  const Folder folder;
  write_rows<Timing>(folder / "timing.csv",
                     {{1, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5, 11.5, 12}});
  const auto rows = read_csv<Timing>(folder / "timing.csv");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].images_per_second, 3.5);
  EXPECT_EQ(rows[0].forward, 6.5);
  EXPECT_EQ(rows[0].diagnostics, 10.5);
  EXPECT_EQ(rows[0].checkpoint, 11.5);
  EXPECT_EQ(rows[0].peak_memory, 12);
}

TEST(Csv, LayersReadBackExactlyWithWhatALayerLacks) {
  const Folder folder;
  const std::vector<LayerRecord> rows = {{100, "conv1", 1, 1.0 / 3, 2e-9, {}},
                                         {100, "layer1.0.conv1", 2, 0.5, {}, 0.125},
                                         {200, "conv1", 1, {}, {}, {}}};
  write_rows(folder / "layers.csv", rows);
  EXPECT_EQ(read_text(folder / "layers.csv"), kLayersHeader +
                                                  "100,conv1,1,0.3333333333333333,2e-09,\n"
                                                  "100,layer1.0.conv1,2,0.5,,0.125\n"
                                                  "200,conv1,1,,,\n");
  const auto read = read_csv<LayerRecord>(folder / "layers.csv");
  ASSERT_EQ(read.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(read[i].iteration, rows[i].iteration);
    EXPECT_EQ(read[i].layer, rows[i].layer);
    EXPECT_EQ(read[i].index, rows[i].index);
    EXPECT_EQ(read[i].response_std, rows[i].response_std);
    EXPECT_EQ(read[i].gradient_norm, rows[i].gradient_norm);
    EXPECT_EQ(read[i].gate_mean, rows[i].gate_mean);
  }
}

TEST(Csv, RefusesDamagedLayers) {
  const Folder folder;
  const std::vector<std::pair<std::string, std::string>> damaged = {
      {"step,layer\n", ":1: expected the columns step,layer,index"},
      {kLayersHeader + "1,a,1,,\n", ":2: 5 cells, expected 6"},
      {kLayersHeader + "1,,1,,,\n", ":2: layer is '', expected a name"},
      {kLayersHeader + "1,a,,,,\n", ":2: index is '', expected a number"},
      {kLayersHeader + "1,a,1,x,,\n", ":2: response_std is 'x', expected a number"},
      {kLayersHeader + "1,a,1,,,0.5.\n", ":2: gate_mean is '0.5.', expected a number"},
      {kLayersHeader + "1,a,1,,,\n1,b,1,,,\n", ":3: step 1 index 1 follows step 1 index 1"},
      {kLayersHeader + "2,a,1,,,\n1,b,2,,,\n", ":3: step 1 index 2 follows step 2 index 1"},
  };
  for (const auto& [text, error] : damaged) {
    const std::string path = folder.write("layers.csv", text);
    EXPECT_THAT(refusal([&] { read_csv<LayerRecord>(path); }),
                ElementsAre(HasSubstr(path + error)));
  }
}

TEST(Csv, EveryPrefixOfAFileReadsAsItsCompleteRows) {
  const Folder folder;
  write_rows<Record>(folder / "metrics.csv", {made_record(10), made_record(20)});
  const std::string whole = read_text(folder / "metrics.csv");
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const std::string cut = whole.substr(0, size);
    const auto ends = static_cast<std::size_t>(std::count(cut.begin(), cut.end(), '\n'));
    EXPECT_EQ(read_csv<Record>(folder.write("cut.csv", cut)).size(), ends == 0 ? 0 : ends - 1)
        << size;
  }
}

TEST(Csv, RefusesDamagedFilesWithTheirLine) {
  const Folder folder;
  const std::string good = "10,0,0.1,2,90,,,,,,\n";
  const std::vector<std::pair<std::string, std::string>> damaged = {
      {"step,seconds\n", ":1: expected the columns step,epoch"},
      {"hello", ":1: expected the columns"},
      {kMetricsHeader + good + "20,0,0.1,2\n", ":3: 4 cells, expected 11"},
      {kMetricsHeader + good + "20,0,0.1,2,90,,,,,,,\n", ":3: 12 cells, expected 11"},
      {kMetricsHeader + "x,0,0.1,2,90,,,,,,\n", ":2: step is 'x', expected a number"},
      {kMetricsHeader + "1.5,0,0.1,2,90,,,,,,\n", ":2: step is '1.5'"},
      {kMetricsHeader + "10,0,0.1,,90,,,,,,\n", ":2: train_loss is '', expected a number"},
      {kMetricsHeader + "10,0,0.1,2 ,90,,,,,,\n", ":2: train_loss is '2 '"},
      {kMetricsHeader + "10,0,0.1,2,90,,,,,5,\n", ":2: test_loss is empty, expected a number"},
      {kMetricsHeader + "10,0,0.1,2,90,,,,,,5\n", ":2: test_error is empty, expected a number"},
      {kMetricsHeader + "10,0,0.1,2,90,1,,,,,\n", ":2: validation_error is empty"},
      {kMetricsHeader + good + good, ":3: step 10 follows 10"},
      {kMetricsHeader + "10,0,0.1,2,nan,,,,,,\n", ":2: an error is not from 0 to 100 percent"},
      {kMetricsHeader + "10,0,0.1,2,90,,,,1,100.5,\n", ":2: an error is not from 0 to 100 percent"},
      {kMetricsHeader + "10,0,0.1,2,90,1,50,-1,,,\n", ":2: an error is not from 0 to 100 percent"},
      {kMetricsHeader + "\n" + good, ":2: 1 cells, expected 11"},
  };
  for (const auto& [text, error] : damaged) {
    const std::string path = folder.write("metrics.csv", text);
    EXPECT_THAT(refusal([&] { read_csv<Record>(path); }), ElementsAre(HasSubstr(path + error)));
  }
  EXPECT_THAT(refusal([&] { read_csv<Record>(folder / "absent.csv"); }),
              ElementsAre(HasSubstr("absent.csv")));
}

TEST(Csv, AResumedFileEqualsAnUninterruptedOne) {
  const Folder folder;
  const std::vector<Record> rows = {made_record(10), made_record(20), made_record(30)};
  write_rows(folder / "whole.csv", rows);
  const std::string whole = read_text(folder / "whole.csv");
  for (std::size_t size = kMetricsHeader.size(); size <= whole.size(); ++size) {
    const std::string path = folder.write("cut.csv", whole.substr(0, size));
    // A checkpoint at iteration 10, where its row is there.
    const std::int64_t kept = read_csv<Record>(path).empty() ? 0 : 1;
    keep_until(path, kept * 10);
    write_rows(path, std::vector<Record>(rows.begin() + kept, rows.end()));
    EXPECT_EQ(read_text(path), whole) << size;
  }
}

TEST(Csv, KeepsRowsOfAnyFileThatStartsWithTheIteration) {
  const Folder folder;
  const auto path = folder.write("layers.csv", "step,layer\n1,a\n1,b\n2,a\n2,b\n3,a");
  keep_until(path, 1);
  EXPECT_EQ(read_text(path), "step,layer\n1,a\n1,b\n");
  EXPECT_THAT(refusal([&] { keep_until(folder.write("x.csv", "layer\n"), 1); }),
              ElementsAre(HasSubstr("x.csv:1: ")));
  EXPECT_THAT(refusal([&] { keep_until(folder.write("x.csv", "step\n?\n"), 1); }),
              ElementsAre(HasSubstr("x.csv:2: step is '?'")));
}

TEST(Csv, RowsThatAPowerCutToreAreDroppedBehindTheRowsThatAreKept) {
  const Folder folder;
  const std::string zeros(20, '\0');
  const auto torn = folder.write(
      "torn.csv", "step,loss\n1,2\n2,1\n3," + zeros + "\n" + zeros + ",1\n5,3\n" + zeros);
  keep_until(torn, 2);
  EXPECT_EQ(read_text(torn), "step,loss\n1,2\n2,1\n");
  EXPECT_THAT(
      refusal([&] { keep_until(folder.write("x.csv", "step,loss\n" + zeros + "\n2,1\n"), 2); }),
      ElementsAre(HasSubstr("x.csv:2: zeros, expected a row")));
}

TEST(Csv, AFullDiskIsAnError) {
  try {
    CsvWriter<Record> writer("/dev/full");
    FAIL();
  } catch (const IoError& error) {
    EXPECT_STREQ(error.what(), "/dev/full: cannot be written: No space left on device");
  }
  EXPECT_THROW(CsvWriter<Record>("/nonexistent/metrics.csv"), IoError);
}

TEST(Csv, ARowThatDoesNotFitLeavesTheRowsBefore) {
  const Folder folder;
  const std::string path = folder / "metrics.csv";
  CsvWriter<Record> writer(path);
  writer.write(made_record(10));
  const std::string before = read_text(path);
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &limit), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{before.size() + 3, limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
  EXPECT_THROW(writer.write(made_record(20)), IoError);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(read_text(path), before);
  writer.write(made_record(20));
  EXPECT_EQ(read_csv<Record>(path).size(), 2U);
}

}  // namespace
}  // namespace reslab::app
