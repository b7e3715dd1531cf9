#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <optional>

#include <fmt/ranges.h>
#include <fnmatch.h>
#include <unistd.h>

#include "app/command/arguments.h"
#include "app/command/command.h"
#include "app/command/compute_options.h"
#include "app/command/live_report.h"
#include "app/config/experiment.h"
#include "app/inference/trained_model.h"
#include "app/report/report.h"
#include "app/report/terminal_plot.h"
#include "app/runs/data_files.h"
#include "app/runs/data_sets.h"
#include "app/runs/directory_lock.h"
#include "app/runs/initial_weights.h"
#include "app/runs/machine_speed.h"
#include "app/runs/messages.h"
#include "app/runs/run_checks.h"
#include "app/runs/run_directory.h"
#include "app/runs/runner.h"
#include "app/runs/terminal.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/kernels/cpu_features.h"

namespace reslab::app {
namespace {

std::atomic<int> received_signal = 0;

void remember(int signal) {
  received_signal = signal;
  std::signal(signal, SIG_DFL);
}

/// From now on the first Ctrl-C, SIGTERM or SIGHUP asks the program to stop, and the second ends
/// it. A signal that is ignored, as SIGHUP is under nohup, stays ignored.
void handle_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    if (std::signal(signal, remember) == SIG_IGN) std::signal(signal, SIG_IGN);
}

struct Shard {
  std::size_t number = 1;  // from 1
  std::size_t of = 1;
};

struct RunOptions {
  std::filesystem::path out;
  std::vector<std::string> assignments;
  std::string only;
  Shard shard = {};
  std::optional<std::chrono::minutes> report_every = {};
};

Shard parse_shard(const std::string& text) {
  Shard shard;
  const auto* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, shard.number);
  const bool slash = first.ec == std::errc() && first.ptr != end && *first.ptr == '/';
  const auto second = slash ? std::from_chars(first.ptr + 1, end, shard.of) : first;
  if (!slash || second.ec != std::errc() || second.ptr != end || shard.number < 1 ||
      shard.number > shard.of)
    throw InvalidInput("--shard: expected I/N with 1 ≤ I ≤ N, found '" + text + "'");
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
    std::vector<std::string> names;
    for (const auto& run : experiment.runs)
      if (std::ranges::find(names, run.name) == names.end()) names.push_back(run.name);
    throw InvalidInput(fmt::format("{}: no run is named '{}'; there are: {}", experiment.file,
                                   options.only, fmt::join(names, ", ")));
  }
  return chosen;
}

/// An experiment that has passed all checks.
struct CheckedExperiment {
  Experiment experiment;
  std::vector<std::size_t> runs;
  std::filesystem::path directory;
  std::vector<RunsOfData> data;
};

CheckedExperiment prepare(const std::string& file, const RunOptions& options) {
  CheckedExperiment prepared{load_experiment(file, options.assignments), {}, {}, {}};
  auto& experiment = prepared.experiment;
  prepared.directory = options.out / experiment.name;
  prepared.runs = chosen_runs(experiment, options);
  prepared.data = by_data(experiment);
  InputErrors errors;
  for (const auto& [source, runs] : prepared.data) {
    if (const auto outline = source->outline())
      errors.gather([&, &indices = runs] { fit_to_data(experiment, indices, *outline); });
    else
      for (const auto& line : source->file_errors(Splits::all)) errors.add(experiment.file, line);
  }
  errors.raise();
  check_identities(experiment, prepared.runs, prepared.directory);
  check_initial_weights(experiment, prepared.runs, prepared.directory);
  return prepared;
}

void warn_of_slow_precision(const Experiment& experiment, at::Device device) {
  if (device.is_cuda() || cpu_has_bfloat16()) return;
  const bool slow = std::ranges::any_of(experiment.runs, [](const RunPlan& run) {
    return run.recipe.precision == Precision::bfloat16 && run.recipe.kernels != Kernels::fused;
  });
  if (slow)
    std::cerr << "warning: on a CPU without bfloat16 instructions, LibTorch's bfloat16 kernels are "
                 "many times slower than float32; use --set /recipe/kernels=fused or "
                 "--set /recipe/precision=float32\n";
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
/// checked is met; while other processes train runs, none can.
bool report(const CheckedExperiment& prepared) {
  auto results = results_of(prepared);
  if (results.empty()) return true;  // a shard without runs
  const bool all_trained = std::ranges::all_of(results, &std::string::empty, &RunResult::process);
  const auto report = make_report(with_claims(std::move(results)));
  const auto terminal = terminal_of(STDOUT_FILENO);
  std::cout << terminal_report(report, text_columns(STDOUT_FILENO), terminal.colour);
  if (terminal.rewrites && verbosity() != Verbosity::quiet)
    std::cout << "\n" << terminal_plot(report.figures.front(), plot_space());
  std::cout << std::flush;
  std::string error_text;
  try {
    const DirectoryLock lock(prepared.directory, DirectoryLock::IfTaken::wait);
    error_text = write_report(prepared.directory, report);
    note("report: " + (prepared.directory / "report.html").string());
  } catch (const IoError& error) {
    error_text = error.what();
  }
  if (!error_text.empty()) std::cerr << "reslab: " << error_text << "\n";
  return !all_trained ||
         std::ranges::none_of(report.experiments, [](const ReportedExperiment& experiment) {
           return std::ranges::count(experiment.verdicts, Verdict::Outcome::not_met,
                                     &Verdict::outcome) > 0;
         });
}

/// Returns the more important exit code, in the order interrupted, 2, 1, 3, 0.
int worse(int a, int b) {
  const auto rank = [](int code) {
    return code == kUnmet ? 1 : code == kFailed ? 2 : code == kInvalidInput ? 3 : code;
  };
  return rank(a) > rank(b) ? a : b;
}

void print_errors(const RunPlan& plan, const char* what, const std::exception& error) {
  for (const auto& line : lines_of(error))
    std::cerr << plan.name << " seed " << plan.seed << ": " << what << line << "\n";
}

/// Exports a finished run to the formats that the experiment asks for. Returns whether it
/// succeeded.
bool export_finished(const RunContext& context, std::size_t index) {
  const auto& plan = context.experiment.runs[index];
  try {
    export_run({context.directory, plan.name, plan.seed}, context.experiment.exports);
    return true;
  } catch (const std::exception& error) {
    print_errors(plan, "export: ", error);
    return false;
  }
}

void save_claims(const CheckedExperiment& prepared) {
  make_directories(prepared.directory);
  const DirectoryLock lock(prepared.directory, DirectoryLock::IfTaken::wait);
  write_claims(prepared.directory, claims_of(prepared.experiment));
}

/// Trains a run and exports it. Another run goes on after an error. Returns the exit code.
int run_and_export(const RunContext& context, std::size_t index, std::int64_t position,
                   std::int64_t count) {
  try {
    switch (run_one(context, index, position, count)) {
      case RunOutcome::finished:
        return export_finished(context, index) ? kDone : kFailed;
      case RunOutcome::taken:
        return kDone;
      case RunOutcome::failed:
        return kFailed;
      case RunOutcome::damaged:
        return kInvalidInput;
      case RunOutcome::interrupted:
        return 128 + received_signal;
    }
  } catch (const std::exception& error) {
    print_errors(context.experiment.runs[index], "", error);
  }
  return kFailed;
}

using MakeSinks = decltype(RunContext::make_sinks);

/// Loads the images that the group's runs share and trains their networks. `position`: number of
/// runs of the experiment before the group, increased by the number of runs in the group. Returns
/// the exit code.
int run_group(const CheckedExperiment& prepared, RunsOfData& group, const ComputeOptions& compute,
              const MakeSinks& make_sinks, std::int64_t& position) {
  const auto& experiment = prepared.experiment;
  const auto& options = experiment.runs[group.runs.front()].data;
  note("data: " + describe(options, *group.source, Splits::all));
  const auto data = load(options, *group.source, Splits::all);
  group.source.reset();  // frees the memory of its list of files
  print_left_out(data.unreadable);
  check_classes(experiment, group.runs, prepared.directory, data.classes);
  const auto files = data_files(options);
  const auto environment = read_environment();
  std::optional<Transform> transform;
  const DataOptions* transformed = nullptr;
  int code = kDone;
  for (const auto index : group.runs) {
    const auto& plan = experiment.runs[index];
    if (transformed == nullptr || *transformed != plan.data) {
      transform.emplace(make_transform(data, plan.data));
      transformed = &plan.data;
    }
    const RunContext context{experiment,
                             prepared.directory,
                             data,
                             *transform,
                             environment,
                             compute.device,
                             compute.threads,
                             files,
                             make_sinks,
                             [] { return received_signal != 0; },
                             MachineSpeeds::usual_file()};
    code = worse(code, run_and_export(context, index, ++position, std::ssize(prepared.runs)));
    if (code > 128) break;
  }
  return code;
}

int run_experiment(CheckedExperiment& prepared, const RunOptions& options,
                   const ComputeOptions& compute) {
  const auto& experiment = prepared.experiment;
  save_claims(prepared);
  warn_of_slow_precision(experiment, compute.device);
  std::optional<LiveReports> reports;
  if (options.report_every)
    reports.emplace(prepared.directory, *options.report_every,
                    [&prepared] { return results_of(prepared); });
  const auto make_sinks = [&reports](const RunDirectory& directory, const Json& run) {
    auto sinks = make_record_sinks(directory, run);
    if (reports) sinks.push_back(reports->sink());
    return sinks;
  };
  int code = kDone;
  std::int64_t position = 0;
  for (auto& group : prepared.data) {
    std::erase_if(group.runs, [&](std::size_t index) {
      return std::ranges::find(prepared.runs, index) == prepared.runs.end();
    });
    if (group.runs.empty()) continue;
    code = worse(code, run_group(prepared, group, compute, make_sinks, position));
    if (code > 128) {
      if (reports) reports->close();
      std::cerr << "interrupted; the same command continues from here\n";
      return code;
    }
  }
  return worse(code, report(prepared) ? kDone : kUnmet);
}

}  // namespace

int run_command(int argc, const char* const* argv) {
  const auto given = parse_arguments("run", argc, argv);
  if (!given) return kDone;
  RunOptions run_options{(*given)["out"].as<std::string>(), values_of(*given, "set"),
                         value_of(*given, "only")};
  if (given->count("shard") > 0) run_options.shard = parse_shard(value_of(*given, "shard"));
  if (given->count("report-every") > 0)
    run_options.report_every.emplace(integer_of(*given, "report-every", 1, 1440));
  const auto compute = read_compute_options(*given);

  std::vector<CheckedExperiment> experiments;
  InputErrors errors;
  for (const auto& file : positional_of(*given))
    errors.gather([&] { experiments.push_back(prepare(file, run_options)); });
  errors.raise();

  handle_signals();
  int code = kDone;
  for (auto& experiment : experiments) {
    code = worse(code, run_experiment(experiment, run_options, compute));
    if (received_signal != 0) break;
  }
  return code;
}

}  // namespace reslab::app
