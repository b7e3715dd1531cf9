#include "app/command/compare.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "app/command/arguments.h"
#include "app/command/command.h"
#include "app/report/experiment_report.h"
#include "app/report/summary_table.h"
#include "app/report/writers.h"
#include "app/runs/run_result.h"
#include "reslab/base/error.h"

namespace reslab::app {
namespace {

/// Where the report goes when nobody says: into the one directory given, if it is an experiment's.
std::optional<std::filesystem::path> own_place(const std::vector<std::string>& directories,
                                               const std::vector<RunResult>& results) {
  if (directories.size() != 1) return {};
  const bool experiment = std::all_of(results.begin(), results.end(), [&](const RunResult& result) {
    return std::filesystem::equivalent(experiment_directory(result), directories.front());
  });
  return experiment ? std::optional<std::filesystem::path>(directories.front()) : std::nullopt;
}

}  // namespace

int compare(int argc, const char* const* argv) {
  cxxopts::Options options("reslab compare", "A report with tables and curves over any runs.");
  options.positional_help("DIR…");
  auto add = options.add_options();
  add("o,output",
      "where report.html, report.md and the figures go; without it, into DIR if that is one "
      "experiment",
      cxxopts::value<std::string>(), "DIR");
  add("json", "print the table's numbers as JSON");
  add("directories", "", cxxopts::value<std::vector<std::string>>());
  options.parse_positional("directories");
  const auto given = parse_arguments(options, argc, argv);
  if (!given) return kDone;
  const auto directories = values_of(*given, "directories");
  if (directories.empty())
    throw InvalidInput("reslab compare: no directory given, expected reslab compare DIR… [-o DIR]");

  const auto runs = with_claims(find_runs({directories.begin(), directories.end()}));
  const auto report = make_report(runs);
  std::cout << (given->count("json") > 0 ? summary_json(runs.results).dump(2) + "\n"
                                         : terminal_report(report))
            << std::flush;
  auto output = own_place(directories, runs.results);
  if (given->count("output") > 0) output = (*given)["output"].as<std::string>();
  if (output) {
    const auto problem = write_report(*output, report);
    if (!problem.empty()) throw IoError(problem);
    std::cerr << "report: " << (*output / "report.html").string() << "\n";
  }
  return kDone;
}

}  // namespace reslab::app
