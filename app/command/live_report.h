#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/runs/record_sink.h"
#include "app/runs/run_result.h"

namespace reslab::app {

/// Writes report.html of an experiment while its runs train. An error does not stop the training.
/// It is printed to stderr once.
class LiveReports {
 public:
  /// `results`: reads what the runs of the experiment have written so far.
  LiveReports(std::filesystem::path directory, std::chrono::seconds every,
              std::function<FoundRuns()> results)
      : directory_(std::move(directory)), every_(every), results_(std::move(results)) {}

  /// A sink that writes the report after a run's first record, and then whenever `every` has passed
  /// since the report was last written. This object must outlive the sink.
  std::unique_ptr<RecordSink> sink();

  /// Writes the report if `every` has passed since it was last written.
  void write_if_due() {
    if (due()) write(true);
  }

  /// Writes the report after training has ended or was interrupted. Its page does not reload.
  void close() { write(false); }

 private:
  class Sink;

  bool due() const;
  void write(bool live);

  std::filesystem::path directory_;
  std::chrono::seconds every_;
  std::function<FoundRuns()> results_;
  std::optional<std::chrono::steady_clock::time_point> written_;
  std::string error_;  // the error that was printed last
};

}  // namespace reslab::app
