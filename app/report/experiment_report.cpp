#include "app/report/experiment_report.h"

#include "app/report/curves.h"
#include "app/report/summary_table.h"
#include "app/report/text_file.h"
#include "reslab/error.h"

namespace reslab::app {

std::filesystem::path write_curves(const std::filesystem::path& directory, const std::string& title,
                                   const std::vector<RunResult>& results) {
  const std::string figure = draw_curves(title, curves_of(results));
  make_directories(directory);
  write_text(directory / "curves.svg", figure);
  return directory / "curves.svg";
}

ExperimentReport write_experiment_report(const std::filesystem::path& directory,
                                         const std::string& title,
                                         const std::vector<RunResult>& results,
                                         const std::vector<std::string>& expectation_lines) {
  ExperimentReport report;
  try {
    write_curves(directory, title, results);
  } catch (const IoError& error) {
    report.problem = error.what();
  }
  report.text = title + "\n\n" + summary_table(results);
  if (!expectation_lines.empty()) report.text += "\n";
  for (const std::string& line : expectation_lines) report.text += line + "\n";
  return report;
}

}  // namespace reslab::app
