#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/config/experiment.h"
#include "app/report/class_report.h"
#include "app/report/figure.h"
#include "app/report/overview.h"
#include "app/report/table.h"
#include "app/report/verdict.h"
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
};

/// Reads the claims from the runs' experiment directories; an experiment without a claims file has
/// only a name. The papers' numbers in the claims replace those recorded in the runs. Throws
/// InvalidInput for a damaged claims file.
ReportedRuns with_claims(std::vector<RunResult> results);

/// One experiment in a report.
struct ReportedExperiment {
  std::string name;  // or its directory, if another experiment has the same name
  std::string why;
  std::vector<Verdict> verdicts;
};

struct ReportedFigure {
  Figure figure;
  std::string svg;  // empty until draw_figures()
};

/// The content of a report, independent of its format.
struct Report {
  std::string title;  // the experiments' names
  std::vector<ReportedExperiment> experiments;
  Table results;
  std::vector<std::string> unfinished;  // a line for each unfinished seed
  std::vector<ClassReport> classes;
  std::vector<ReportedFigure> figures;
  std::string figure_error;          // why the figures could not be drawn; empty if they could
  std::vector<std::string> methods;  // how the numbers were computed
  Overview recipe;
  Overview environment;
};

/// Judges the claims and collects the tables. The figures are not drawn yet.
Report make_report(const ReportedRuns& runs);

/// Draws the figures. If gnuplot fails, removes them and sets `figure_error`.
void draw_figures(Report& report);

/// A short report for a terminal: title, results, unfinished seeds, classes,
/// expectations.
std::string terminal_report(const Report& report);

/// The whole report as Markdown, which also reads well as plain text. Links to the figures' files.
std::string markdown_report(const Report& report);

/// The whole report as one HTML file, including the interactive figures.
std::string html_report(const Report& report);

/// Draws the figures and writes them, report.html and report.md into the directory, which it
/// creates if needed. Returns why the figures could not be drawn; empty if they could. Throws
/// IoError if a file cannot be written.
std::string write_report(const std::filesystem::path& directory, Report report);

}  // namespace reslab::app
