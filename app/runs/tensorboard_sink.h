#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "app/config/json.h"
#include "app/runs/event_file.h"
#include "app/runs/record_sink.h"
#include "app/runs/run_directory.h"

namespace reslab::app {

/// Writes a run's records as event files for TensorBoard. A resumed run begins a new file, in which
/// readers find that later steps of earlier files are void.
class TensorBoardSink : public RecordSink {
 public:
  /// `run`: the content of run.json, whose network, seed and recipe become hyperparameters.
  TensorBoardSink(RunDirectory directory, const Json& run);

  void forget_after(std::int64_t iteration) override;
  void layers(const std::vector<LayerRecord>& rows) override;
  void record(const Record& row) override;
  void timing(const Timing& row) override;
  /// Writes the first test images, each with its class and its predicted class.
  void pictures(const RunPictures& pictures) override;
  void sync() override { file_->sync(); }

 private:
  RunDirectory directory_;
  std::vector<HyperParameter> settings_;
  std::vector<std::string> classes_;
  std::int64_t iterations_;  // of the whole training
  std::optional<EventFile> file_;
};

}  // namespace reslab::app
