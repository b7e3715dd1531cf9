#include "app/report/writers.h"

namespace reslab::app {

std::string terminal_report(const Report& report) {
  std::string text = report.title + "\n\n" + report.results.text() +
                     "\nErrors in %, mean ± sample standard deviation over the seeds, last "
                     "iteration; train: augmented batches, test: test split.\n";
  for (const auto& line : report.unfinished) text += line + "\n";
  for (const auto& experiment : report.experiments) {
    if (experiment.verdicts.empty()) continue;
    text += "\n";
    if (report.experiments.size() > 1) text += experiment.name + ":\n";
    for (const auto& verdict : experiment.verdicts) text += verdict.text() + "\n";
  }
  return text;
}

}  // namespace reslab::app
