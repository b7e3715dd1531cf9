#include <algorithm>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <unistd.h>

#include "app/command/arguments.h"
#include "app/command/command.h"
#include "app/report/comparison_text.h"
#include "app/report/report.h"
#include "app/report/summary.h"
#include "app/runs/messages.h"
#include "app/runs/run_result.h"
#include "app/runs/terminal.h"
#include "reslab/base/error.h"

namespace reslab::app {
namespace {

/// The default directory of the report: the only argument, if it is an experiment's directory.
std::optional<std::filesystem::path> default_output(const std::vector<std::string>& directories,
                                                    const std::vector<RunResult>& results) {
  if (directories.size() != 1) return {};
  const bool experiment = std::all_of(results.begin(), results.end(), [&](const RunResult& result) {
    return std::filesystem::equivalent(experiment_directory(result), directories.front());
  });
  return experiment ? std::optional<std::filesystem::path>(directories.front()) : std::nullopt;
}

std::string report_json(const std::vector<RunResult>& results,
                        const std::optional<SettingComparison>& comparison) {
  const Json json = {{"networks", summary_json(results)},
                     {"settings", comparison ? comparison_json(*comparison) : Json()}};
  return json.dump(2);
}

}  // namespace

int compare_command(int argc, const char* const* argv) {
  const auto parsed = parse_arguments("compare", argc, argv);
  if (!parsed) return kDone;
  const auto directories = positional_of(*parsed);

  auto found = find_runs({directories.begin(), directories.end()});
  if (found.results.empty()) throw InvalidInput(found.errors);
  const auto runs = with_claims(std::move(found.results), std::move(found.errors));
  auto report = make_report(runs);
  for (const auto& line : report.left_out) std::cerr << "reslab: left out: " << line << "\n";
  report.comparison = compare_settings(by_network(runs.results));
  std::cout << (parsed->count("json") > 0 ? report_json(runs.results, report.comparison) + "\n"
                                          : terminal_report(report, text_columns(STDOUT_FILENO),
                                                            terminal_of(STDOUT_FILENO).colour))
            << std::flush;
  auto output = default_output(directories, runs.results);
  if (parsed->count("output") > 0) output = (*parsed)["output"].as<std::string>();
  if (output) {
    const auto error = write_report(*output, report);
    if (!error.empty()) throw IoError(error);
    note("report: " + (*output / "report.html").string());
  } else {
    note("no report written; -o DIR writes report.html, report.md and the figures");
  }
  return report.left_out.empty() ? kDone : kInvalidInput;
}

}  // namespace reslab::app
