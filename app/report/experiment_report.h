#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/report/run_result.h"

namespace reslab::app {

/// Draws the runs' curves into `directory`/curves.svg. Throws IoError.
std::filesystem::path write_curves(const std::filesystem::path& directory, const std::string& title,
                                   const std::vector<RunResult>& results);

struct ExperimentReport {
  std::string text;     // for stdout: the title, the summary table, the expectations
  std::string problem;  // why curves.svg could not be written, empty where it was
};

/// Writes curves.svg and tells the results of an experiment. A missing gnuplot or a full disk costs
/// the figure, not the table.
ExperimentReport write_experiment_report(const std::filesystem::path& directory,
                                         const std::string& title,
                                         const std::vector<RunResult>& results,
                                         const std::vector<std::string>& expectation_lines);

}  // namespace reslab::app
