#include "app/report/experiment_report.h"

#include "app/report/writers.h"
#include "reslab/base/file.h"

namespace reslab::app {

std::string write_report(const std::filesystem::path& directory, Report report) {
  draw_figures(report);
  make_directories(directory);
  for (const auto& [figure, svg] : report.figures) write_text(directory / figure.file, svg);
  write_text(directory / "report.md", markdown_report(report));
  write_text(directory / "report.html", html_report(report));
  return report.figure_problem;
}

}  // namespace reslab::app
