#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/config/claims.h"
#include "app/report/figure.h"
#include "app/report/overview.h"
#include "app/report/table.h"
#include "app/report/verdict.h"
#include "app/runs/run_result.h"

namespace reslab::app {

/// Runs, and what their experiments claim about them.
struct ReportedRuns {
  struct Experiment {
    std::filesystem::path directory;
    Claims claims;
  };

  std::vector<Experiment> experiments;
  std::vector<RunResult> results;
};

/// The runs with the claims that stand beside them in their experiments' directories. Where there
/// are none, an experiment has its name only. The papers' numbers in the claims go before those
/// that the runs began with. Throws InvalidInput for damaged claims.
ReportedRuns with_claims(std::vector<RunResult> results);

/// An experiment's part of a report.
struct ReportedExperiment {
  std::string name;  // the directory where another has the same name
  std::string why;
  std::vector<Verdict> verdicts;
};

struct ReportedFigure {
  Figure figure;
  std::string svg;  // once it is drawn
};

/// All that a report says, for any writer.
struct Report {
  std::string title;  // the experiments' names
  std::vector<ReportedExperiment> experiments;
  Table results;
  std::vector<std::string> unfinished;  // a line for each seed that has not finished
  std::vector<ReportedFigure> figures;
  std::string figure_problem;        // why they could not be drawn, empty where they could
  std::vector<std::string> methods;  // how the numbers were computed
  Overview recipe;
  Overview environment;
};

/// Judges the claims and gathers the rest. The figures are not drawn yet.
Report make_report(const ReportedRuns& runs);

/// Draws the figures; where gnuplot cannot, the report has none and says why.
void draw_figures(Report& report);

}  // namespace reslab::app
