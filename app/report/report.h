#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "app/config/experiment.h"
#include "app/report/class_report.h"
#include "app/report/figure.h"
#include "app/report/overview.h"
#include "app/report/setting_comparison.h"
#include "app/report/table.h"
#include "app/report/verdict.h"
#include "app/runs/pictures.h"
#include "app/runs/run_result.h"

namespace reslab::app {

/// Results of runs with the claims of their experiments.
struct ReportedRuns {
  struct Experiment {
    std::filesystem::path directory;
    Claims claims;
  };

  std::vector<Experiment> experiments;
  std::vector<RunResult> results;
  std::vector<std::string> left_out;  // lines about runs that cannot be read
};

/// Reads the claims from the runs' experiment directories; an experiment without a claims file has
/// only a name. The papers' numbers in the claims replace those recorded in the runs. Throws
/// InvalidInput for a damaged claims file.
ReportedRuns with_claims(std::vector<RunResult> results, std::vector<std::string> left_out = {});

/// One experiment in a report.
struct ReportedExperiment {
  std::string name;  // or its directory, if another experiment has the same name
  std::string why;
  std::vector<Verdict> verdicts;
};

/// The pictures of one network, from its first counted seed that has pictures.
struct NetworkPictures {
  std::string network;
  std::int64_t seed = 0;
  std::vector<std::string> classes;  // names, by label
  RunPictures pictures;
};

/// The interval and the time of a report that is rewritten while the experiment runs.
struct LiveReport {
  std::chrono::seconds every{};
  std::chrono::system_clock::time_point written;
};

/// The content of a report, independent of its format.
struct Report {
  std::string title;  // the experiments' names
  std::vector<ReportedExperiment> experiments;
  Table results;
  std::optional<SettingComparison> comparison;  // only if is_choice() holds
  std::vector<std::string> unfinished;          // a line for each unfinished seed
  std::vector<ClassReport> classes;
  std::vector<ConfusionMatrix> confusions;
  std::vector<NetworkPictures> pictures;
  std::vector<Figure> figures;
  std::string figure_error;           // why gnuplot could not draw them; empty if it could
  std::vector<std::string> methods;   // how the numbers were computed
  std::vector<std::string> left_out;  // lines about files that cannot be read
  Overview recipe;
  Overview environment;
  std::optional<LiveReport> live;
};

/// Judges the claims and collects the tables, the figures and the pictures.
Report make_report(const ReportedRuns& runs);

/// A short report for a terminal: title, results, unfinished seeds, comparison of settings,
/// classes, expectations. Lines are broken at `columns` columns where that is possible.
std::string terminal_report(const Report& report,
                            std::size_t columns = std::numeric_limits<std::size_t>::max(),
                            bool colour = false);

/// The whole report as Markdown, which also reads well as plain text. Links to the figures' files.
std::string markdown_report(const Report& report);

/// The whole report as one HTML file. A script in it draws the figures. The page of a live report
/// says that the experiment still runs, and reloads itself.
std::string html_report(const Report& report);

/// Writes report.html, report.md and the figures that report.md shows into the directory, which it
/// creates if needed. Returns why gnuplot could not draw them; empty if it could. Throws IoError if
/// a file cannot be written.
std::string write_report(const std::filesystem::path& directory, Report report);

}  // namespace reslab::app
