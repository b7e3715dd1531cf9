#include "app/report/writers.h"

#include "reslab/base/file.h"

namespace reslab::app {

std::string terminal_report(const Report& report) {
  std::string text = report.title + "\n\n" + report.results.text() +
                     "\nErrors in % at the last iteration, mean ± sample standard deviation over "
                     "the seeds; train: augmented batches, test: test split.\n";
  for (const auto& line : report.unfinished) text += line + "\n";
  for (const auto& experiment : report.experiments) {
    if (experiment.verdicts.empty()) continue;
    text += "\n";
    if (report.experiments.size() > 1) text += experiment.name + ":\n";
    for (const auto& verdict : experiment.verdicts) text += verdict.text() + "\n";
  }
  return text;
}

std::string write_report(const std::filesystem::path& directory, Report report) {
  draw_figures(report);
  make_directories(directory);
  for (const auto& [figure, svg] : report.figures) write_text(directory / figure.file, svg);
  write_text(directory / "report.md", markdown_report(report));
  write_text(directory / "report.html", html_report(report));
  return report.figure_error;
}

}  // namespace reslab::app
