#pragma once

#include <filesystem>
#include <optional>

#include "app/runs/csv.h"
#include "app/runs/record_sink.h"
#include "app/runs/run_directory.h"

namespace reslab::app {

/// Writes a run's metrics.csv, timing.csv, confusion.csv and, if layers are measured, layers.csv.
class CsvSink : public RecordSink {
 public:
  explicit CsvSink(RunDirectory directory) : directory_(std::move(directory)) {}

  void forget_after(std::int64_t iteration) override {
    for (const auto& file :
         {directory_.metrics(), directory_.layers(), directory_.confusion(), directory_.timing()}) {
      if (iteration == 0)
        remove_file(file);
      else if (std::filesystem::exists(file))
        keep_until(file, iteration);
    }
    metrics_.emplace(directory_.metrics());
    timing_.emplace(directory_.timing());
  }

  void layers(const std::vector<LayerRecord>& rows) override {
    if (!layers_) layers_.emplace(directory_.layers());
    for (const auto& row : rows) layers_->write(row);
  }
  void confusion(const std::vector<ConfusionRecord>& rows) override {
    write_csv(directory_.confusion(), rows);
  }
  void record(const Record& row) override { metrics_->write(row); }
  void timing(const Timing& row) override { timing_->write(row); }
  void sync() override {
    metrics_->sync();
    timing_->sync();
    if (layers_) layers_->sync();
  }

 private:
  RunDirectory directory_;
  std::optional<CsvWriter<Record>> metrics_;
  std::optional<CsvWriter<LayerRecord>> layers_;
  std::optional<CsvWriter<Timing>> timing_;
};

}  // namespace reslab::app
