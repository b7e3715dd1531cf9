#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iostream>
#include <optional>
#include <set>

#include <fnmatch.h>

#include "app/command/arguments.h"
#include "app/command/command.h"
#include "app/command/compute_options.h"
#include "app/config/claims.h"
#include "app/inference/model_export.h"
#include "app/report/writers.h"
#include "app/runs/initial_weights.h"
#include "app/runs/interrupt.h"
#include "app/runs/run_directory.h"
#include "app/runs/runner.h"
#include "reslab/base/error.h"
#include "reslab/kernels/cpu_features.h"

namespace reslab::app {
namespace {

struct Shard {
  std::size_t number = 1;  // from 1
  std::size_t of = 1;
};

struct RunOptions {
  std::vector<std::string> files;
  std::filesystem::path out;
  std::vector<std::string> assignments;
  std::string only;
  Shard shard;
};

Shard parse_shard(const std::string& text) {
  Shard shard;
  const auto* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, shard.number);
  const bool slash = first.ec == std::errc() && first.ptr != end && *first.ptr == '/';
  const auto second = slash ? std::from_chars(first.ptr + 1, end, shard.of) : first;
  if (!slash || second.ec != std::errc() || second.ptr != end || shard.number < 1 ||
      shard.number > shard.of)
    throw InvalidInput("reslab run: --shard: expected I/N with 1 ≤ I ≤ N, found '" + text + "'");
  return shard;
}

/// Returns the indices of the runs that --shard and --only choose.
std::vector<std::size_t> chosen_runs(const Experiment& experiment, const RunOptions& options) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < experiment.runs.size(); ++i) {
    const bool in_shard = i % options.shard.of == options.shard.number - 1;
    const bool named = options.only.empty() ||
                       fnmatch(options.only.c_str(), experiment.runs[i].name.c_str(), 0) == 0;
    if (in_shard && named) chosen.push_back(i);
  }
  if (chosen.empty() && !options.only.empty()) {
    std::string names;
    std::set<std::string> seen;
    for (const auto& run : experiment.runs)
      if (seen.insert(run.name).second) names += (names.empty() ? "" : ", ") + run.name;
    throw InvalidInput(experiment.file + ": no run is named '" + options.only +
                       "'; there are: " + names);
  }
  return chosen;
}

/// An experiment that has passed all checks.
struct CheckedExperiment {
  Experiment experiment;
  std::vector<std::size_t> runs;
  std::filesystem::path directory;
};

CheckedExperiment prepare(const std::string& file, const RunOptions& options) {
  auto document = Document::load(file);
  document.assign(options.assignments);
  CheckedExperiment prepared{read_experiment(document), {}, {}};
  auto& experiment = prepared.experiment;
  prepared.directory = options.out / experiment.name;
  prepared.runs = chosen_runs(experiment, options);
  const auto source = make_source(experiment.data);
  const auto outline = source->outline();
  if (!outline) {
    auto lines = source->file_errors();
    for (auto& line : lines) line = experiment.file + ": " + line;
    throw InvalidInput(lines);
  }
  fit_to_data(experiment, *outline);
  check_identities(experiment, prepared.runs, prepared.directory);
  check_initial_weights(experiment, prepared.runs, prepared.directory);
  return prepared;
}

void warn_of_slow_precision(const Experiment& experiment, at::Device device) {
  if (device.is_cuda() || cpu_has_bfloat16()) return;
  for (const auto& run : experiment.runs) {
    if (run.recipe.precision != Precision::bfloat16 || run.recipe.kernels == Kernels::fused)
      continue;
    std::cerr << "warning: on a CPU without bfloat16 instructions, LibTorch's bfloat16 kernels are "
                 "many times slower than float32; use --set /recipe/kernels=fused or "
                 "--set /recipe/precision=float32\n";
    return;
  }
}

/// Reads the results of all runs of the experiment, including those of earlier calls.
std::vector<RunResult> results_of(const CheckedExperiment& prepared) {
  std::vector<RunResult> results;
  for (const auto& plan : prepared.experiment.runs) {
    const RunDirectory run(prepared.directory, plan.name, plan.seed);
    if (run.read()) results.push_back(read_run(run.path()));
  }
  return results;
}

/// Prints and writes the report of the experiment. Returns whether every expectation that could be
/// checked is met.
bool report(const CheckedExperiment& prepared) {
  auto results = results_of(prepared);
  if (results.empty()) return true;  // a shard without runs
  const auto report = make_report(with_claims(std::move(results)));
  std::cout << terminal_report(report) << std::flush;
  std::string error_text;
  try {
    error_text = write_report(prepared.directory, report);
    std::cerr << "report: " << (prepared.directory / "report.html").string() << "\n";
  } catch (const IoError& error) {
    error_text = error.what();
  }
  if (!error_text.empty()) std::cerr << "reslab: " << error_text << "\n";
  return std::ranges::none_of(report.experiments, [](const ReportedExperiment& experiment) {
    return std::ranges::count(experiment.verdicts, Verdict::Outcome::not_met, &Verdict::outcome) >
           0;
  });
}

/// Returns the more important exit code, in the order interrupted, 2, 1, 3, 0.
int worse(int a, int b) {
  const auto rank = [](int code) {
    return code == kUnmet ? 1 : code == kFailed ? 2 : code == kInvalidInput ? 3 : code;
  };
  return rank(a) > rank(b) ? a : b;
}

/// Exports a finished run to the formats that the experiment asks for. Returns whether it
/// succeeded.
bool export_finished(const RunContext& context, std::size_t index) {
  const auto& plan = context.experiment.runs[index];
  std::vector<std::string> lines;
  try {
    export_run({context.directory, plan.name, plan.seed}, context.experiment.exports);
  } catch (const InvalidInput& error) {
    lines = error.lines();
  } catch (const std::exception& error) {
    const std::string text = error.what();  // LibTorch appends a stack trace
    lines = {text.substr(0, text.find('\n'))};
  }
  for (const auto& line : lines)
    std::cerr << plan.name << " seed " << plan.seed << ": export: " << line << "\n";
  return lines.empty();
}

int run_experiment(CheckedExperiment& prepared, const ComputeOptions& compute) {
  auto& experiment = prepared.experiment;
  write_claims(prepared.directory,
               {experiment.name, experiment.why, experiment.seeds, experiment.expectations});
  warn_of_slow_precision(experiment, compute.device);
  const auto data = load(experiment.data);
  const auto transform = make_transform(data, experiment.data);
  const RunContext context{
      experiment,      prepared.directory, data,
      transform,       read_environment(), compute.device,
      compute.threads, make_record_sinks,  [] { return Interrupt::exit_code().has_value(); }};
  int code = kDone;
  std::int64_t position = 0;
  for (const auto index : prepared.runs) {
    const auto outcome =
        run_one(context, index, ++position, static_cast<std::int64_t>(prepared.runs.size()));
    if (outcome == RunOutcome::finished && !export_finished(context, index))
      code = worse(code, kFailed);
    if (outcome == RunOutcome::failed) code = worse(code, kFailed);
    if (outcome == RunOutcome::damaged) code = worse(code, kInvalidInput);
    if (outcome == RunOutcome::interrupted) {
      std::cerr << "interrupted; the same command continues from here\n";
      return Interrupt::exit_code().value_or(kInterrupted);
    }
  }
  return worse(code, report(prepared) ? kDone : kUnmet);
}

RunOptions read_options(const cxxopts::ParseResult& given) {
  RunOptions options;
  options.files = values_of(given, "files");
  if (options.files.empty())
    throw InvalidInput("reslab run: no experiment given, expected reslab run FILE…");
  options.out = given["out"].as<std::string>();
  options.assignments = values_of(given, "set");
  options.only = value_of(given, "only");
  if (given.count("shard") > 0) options.shard = parse_shard(given["shard"].as<std::string>());
  return options;
}

}  // namespace

int run_command(int argc, const char* const* argv) {
  cxxopts::Options options("reslab run",
                           "Train the networks of experiments. Finished runs are skipped, "
                           "interrupted ones continue at their last checkpoint.");
  options.positional_help("FILE…").add_options()(
      "out", "Directory for results", cxxopts::value<std::string>()->default_value("runs"), "DIR")(
      "set", "Change a value of the file, for example /recipe/iterations=400",
      cxxopts::value<std::vector<std::string>>(), "POINTER=VALUE")(
      "only", "Train only networks whose names match", cxxopts::value<std::string>(), "GLOB")(
      "shard", "Train only every N-th run, starting with the I-th", cxxopts::value<std::string>(),
      "I/N")("files", "", cxxopts::value<std::vector<std::string>>());
  add_compute_options(options);
  options.parse_positional("files");
  const auto given = parse_arguments(options, argc, argv);
  if (!given) return kDone;
  const auto run_options = read_options(*given);
  const auto compute = read_compute_options(*given);

  std::vector<CheckedExperiment> experiments;
  InputErrors errors;
  for (const auto& file : run_options.files) {
    try {
      experiments.push_back(prepare(file, run_options));
    } catch (const InvalidInput& error) {
      errors.add_lines(error.lines());
    }
  }
  errors.raise();

  const Interrupt interrupt;
  int code = kDone;
  for (auto& experiment : experiments) {
    code = worse(code, run_experiment(experiment, compute));
    if (Interrupt::exit_code()) break;
  }
  return code;
}

}  // namespace reslab::app
