#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/runs/record_sink.h"
#include "app/runs/run_directory.h"

namespace reslab::app {

/// Whether the directory lies in a repository of DVC (https://dvc.org): it or one of its parents
/// has a folder named `.dvc`.
bool in_dvc_repository(const std::filesystem::path& directory);

/// Writes a run's settings, results and curves for DVC into the folder `dvc` of the run's
/// directory. Each split has its own file of curves, because DVC draws empty cells as zeros.
class DvcSink : public RecordSink {
 public:
  /// `run`: the content of run.json.
  DvcSink(const RunDirectory& directory, const Json& run);

  void forget_after(std::int64_t iteration) override;
  void record(const Record& row) override;

 private:
  void write() const;

  std::filesystem::path metrics_;  // metrics.csv of the run
  std::filesystem::path folder_;
  Json settings_;
  std::vector<Record> records_;
};

}  // namespace reslab::app
