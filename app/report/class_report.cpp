#include "app/report/class_report.h"

#include <algorithm>
#include <iterator>

#include "app/report/evaluation_report.h"

namespace reslab::app {
namespace {

bool learns_from_folder(const NetworkRuns& runs) {
  const Json::json_pointer name("/data/name");
  const auto& run = runs.all.front()->run;
  return run.contains(name) && run.at(name) == "folder";
}

/// The confusion matrix summed over the counted seeds; without rows if none was recorded.
Evaluation summed(const NetworkRuns& runs) {
  std::int64_t classes = 0;
  for (const auto* run : runs.counted)
    for (const auto& row : run->confusion)
      classes = std::max({classes, row.label + 1, row.predicted + 1});
  const auto count = static_cast<std::size_t>(classes);
  Evaluation evaluation{{}, std::vector(count, std::vector<std::int64_t>(count))};
  for (const auto* run : runs.counted)
    for (const auto& row : run->confusion)
      evaluation.confusion[static_cast<std::size_t>(row.label)]
                          [static_cast<std::size_t>(row.predicted)] += row.images;
  return evaluation;
}

}  // namespace

std::vector<ConfusionMatrix> confusion_matrices(const std::vector<NetworkRuns>& networks) {
  std::vector<ConfusionMatrix> matrices;
  for (const auto& runs : networks) {
    auto counts = summed(runs);
    if (counts.confusion.empty()) continue;
    auto names = runs.all.front()->run.value("classes", std::vector<std::string>());
    names.resize(std::min(names.size(), counts.confusion.size()));
    names = class_names(std::move(names), counts);
    matrices.push_back({runs.label, std::move(names), std::move(counts)});
  }
  return matrices;
}

std::vector<ClassReport> class_reports(const std::vector<NetworkRuns>& networks) {
  std::vector<NetworkRuns> on_folders;
  std::ranges::copy_if(networks, std::back_inserter(on_folders), learns_from_folder);
  std::vector<ClassReport> reports;
  for (const auto& [network, names, counts] : confusion_matrices(on_folders))
    reports.push_back({network, class_table(counts, names), confusion_table(counts, names)});
  return reports;
}

}  // namespace reslab::app
