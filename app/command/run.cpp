#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <iostream>
#include <list>
#include <optional>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "app/command/arguments.h"
#include "app/command/checked_experiment.h"
#include "app/command/command.h"
#include "app/command/compute_options.h"
#include "app/command/job_arguments.h"
#include "app/command/jobs.h"
#include "app/command/live_report.h"
#include "app/command/ranks.h"
#include "app/command/stop_signal.h"
#include "app/command/worker.h"
#include "app/report/report.h"
#include "app/report/terminal_plot.h"
#include "app/runs/directory_lock.h"
#include "app/runs/messages.h"
#include "app/runs/nccl_exchange.h"
#include "app/runs/rank_checks.h"
#include "app/runs/terminal.h"
#include "reslab/base/cpu_features.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

using Experiments = std::vector<CheckedExperiment>;
/// Called when all runs of an experiment have finished or failed. Returns an exit code.
using Done = std::function<int(const CheckedExperiment&)>;

constexpr auto kBetweenLooks = std::chrono::seconds(1);  // at runs that other processes train
constexpr auto kBetweenSignals = std::chrono::milliseconds(50);

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

void save_claims(const CheckedExperiment& checked) {
  make_directories(checked.directory);
  const DirectoryLock lock(checked.directory, DirectoryLock::IfTaken::wait);
  write_claims(checked.directory, claims_of(checked.experiment));
}

struct WrittenReport {
  std::optional<Report> report;  // nothing if no run has begun
  bool all_trained = true;
  bool written = true;
};

/// Writes the report of the experiment. Results are read with the lock held: of several processes,
/// the last to write has read the results of all.
WrittenReport write_report_of(const CheckedExperiment& checked) {
  WrittenReport result;
  std::string error_text;
  const auto make = [&result, &checked] {
    auto [results, errors] = results_of(checked);
    if (results.empty() && !errors.empty()) throw InvalidInput(errors);
    result.all_trained = std::ranges::all_of(results, &std::string::empty, &RunResult::process);
    if (!results.empty())
      result.report = make_report(with_claims(std::move(results), std::move(errors)));
  };
  try {
    const DirectoryLock lock(checked.directory, DirectoryLock::IfTaken::wait);
    make();
    if (result.report) error_text = write_report(checked.directory, *result.report);
  } catch (const IoError& error) {
    if (!result.report) make();  // the directory cannot be locked
    error_text = error.what();
  }
  if (result.report)
    for (const auto& line : result.report->left_out)
      std::cerr << "reslab: left out: " << line << "\n";
  if (!error_text.empty()) std::cerr << "reslab: " << error_text << "\n";
  result.written = error_text.empty();
  if (result.report && result.written)
    note("report: " + (checked.directory / "report.html").string());
  return result;
}

/// Writes and prints the report of the experiment. Returns kInvalidInput if files of its runs are
/// damaged, kFailed if it cannot be written, and kUnmet if an expectation is not met. While other
/// processes train runs, none can be checked.
int report(const CheckedExperiment& checked) {
  const auto [report, all_trained, written] = write_report_of(checked);
  if (!report) return written ? kDone : kFailed;
  const auto terminal = terminal_of(STDOUT_FILENO);
  std::cout << terminal_report(*report, text_columns(STDOUT_FILENO), terminal.colour);
  if (terminal.rewrites && verbosity() != Verbosity::quiet)
    std::cout << "\n" << terminal_plot(report->figures.front(), plot_space());
  std::cout << std::flush;
  const bool unmet = std::ranges::any_of(report->experiments, [](const ReportedExperiment& one) {
    return std::ranges::count(one.verdicts, Verdict::Outcome::not_met, &Verdict::outcome) > 0;
  });
  if (!report->left_out.empty()) return kInvalidInput;
  if (!written) return kFailed;
  return all_trained && unmet ? kUnmet : kDone;
}

int interrupted() {
  std::cerr << kInterrupted;
  return 128 + stop_signal();
}

/// The reports that are written while the experiments' networks train; none without --report-every.
class ReportsMeanwhile {
 public:
  ReportsMeanwhile(const Experiments& experiments, const cxxopts::ParseResult& given) {
    if (given.count("report-every") == 0) return;
    const std::chrono::minutes every(integer_of(given, "report-every", 1, 1440));
    for (const auto& checked : experiments)
      reports_.emplace_back(checked.directory, every, [&checked] {
        auto found = results_of(checked);
        const bool recorded = std::ranges::any_of(
            found.results, [](const RunResult& result) { return !result.records.empty(); });
        return recorded ? std::move(found) : FoundRuns();
      });
  }

  RecordSinks sinks(std::size_t experiment, const RunDirectory& directory, const Json& run) {
    auto sinks = make_record_sinks(directory, run);
    if (!reports_.empty()) sinks.push_back(reports_[experiment].sink());
    return sinks;
  }

  void write_if_due() {
    for (auto& report : reports_) report.write_if_due();
  }

  /// Called when training was interrupted.
  void close() {
    for (auto& report : reports_) report.close();
  }

 private:
  std::deque<LiveReports> reports_;  // its sinks refer to its elements
};

/// Waits until it is time to look again at the runs that other processes train.
void pause_between_looks() {
  const auto end = std::chrono::steady_clock::now() + kBetweenLooks;
  while (stop_signal() == 0 && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(kBetweenSignals);
}

/// Trains all runs that no other process trains. Then waits for the others and takes over the runs
/// of processes that end without having finished them. Returns the worst exit code.
int work(Experiments& experiments, const ComputeOptions& compute, ReportsMeanwhile& reports,
         RankGroup* ranks, const Done& done) {
  std::list<Worker> workers;
  for (std::size_t i = 0; i < experiments.size(); ++i)
    workers.emplace_back(
        experiments[i], compute,
        [&reports, i](const RunDirectory& directory, const Json& run) {
          return reports.sinks(i, directory, run);
        },
        ranks, [ranks, i](std::size_t run) { announce_run(ranks, i, run); });
  int code = kDone;
  bool waits = false;
  for (;;) {
    for (auto worker = workers.begin(); worker != workers.end();) {
      worker->take_free_runs();
      if (stop_signal() != 0) {
        reports.close();
        return interrupted();
      }
      if (!worker->done()) {
        ++worker;
        continue;
      }
      code = worse(code, worse(worker->code(), done(worker->experiment())));
      worker = workers.erase(worker);
    }
    if (workers.empty()) return code;
    if (!waits) note("other processes train the remaining runs; waiting, to take over if one dies");
    waits = true;
    pause_between_looks();
  }
}

/// The same with several processes on this machine.
int work_with_jobs(const Experiments& experiments, const JobPlan& plan, ReportsMeanwhile& reports,
                   const Done& done) {
  note(fmt::format("{} workers with {} each", plan.jobs, counted(plan.threads, "thread")));
  int code = run_jobs(plan.arguments, [&reports] { reports.write_if_due(); });
  if (stop_signal() != 0) {
    reports.close();
    return 128 + stop_signal();
  }
  const auto left = count_unfinished(experiments);
  if (left > 0 && code == kDone) {
    std::cerr << "reslab: not finished: " << counted(left, "run")
              << "; the same command continues from here\n";
    code = kFailed;
  }
  for (const auto& checked : experiments) code = worse(code, done(checked));
  return code;
}

/// Trains the experiments, alone or as rank 0, and returns the exit code.
int lead(const cxxopts::ParseResult& given, Experiments& experiments, const ComputeOptions& compute,
         RankGroup* ranks) {
  const auto plan = plan_jobs(given, experiments, compute);
  ReportsMeanwhile reports(experiments, given);
  for (const auto& checked : experiments) {
    save_claims(checked);
    warn_of_slow_precision(checked.experiment, compute.device);
  }
  const Done done = [&given](const CheckedExperiment& checked) {
    return given.count("no-report") > 0 ? kDone : report(checked);
  };
  if (plan.jobs > 1) {
    for (auto& checked : experiments) checked.data.clear();  // frees the lists of files
    return work_with_jobs(experiments, plan, reports, done);
  }
  return work(experiments, compute, reports, ranks, done);
}

}  // namespace

int run_command(int argc, const char* const* argv) {
  const auto given = parse_arguments("run", argc, argv);
  if (!given) return kDone;
  const RunChoice choice{(*given)["out"].as<std::string>(), values_of(*given, "set"),
                         value_of(*given, "only"), given->count("longest-first") > 0};
  const auto compute = read_compute_options(*given);

  const auto ranks = join_ranks(*given);
  silence_other_ranks(ranks.get());
  Experiments experiments;
  check_together(ranks.get(), [&] {
    InputErrors errors;
    for (const auto& file : positional_of(*given))
      errors.gather([&] { experiments.push_back(check_experiment(file, choice)); });
    errors.raise();
  });
  check_ranks(ranks.get(), experiments, compute);

  handle_stop_signals();
  try {
    if (ranks) join_gpus(*ranks, compute.device, rank_timeout(*given));
    if (rank_of(ranks.get()) > 0) return follow_first_rank(experiments, compute, *ranks);
    const int code = lead(*given, experiments, compute, ranks.get());
    announce_end(ranks.get(), code);
    return code;
  } catch (const std::exception& error) {
    end_all_after(ranks.get(), "run", error);
    throw;
  }
}

}  // namespace reslab::app
