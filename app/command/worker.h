#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "app/command/checked_experiment.h"
#include "app/command/compute_options.h"
#include "app/runs/runner.h"

namespace reslab::app {

/// Trains runs of an experiment beside other processes that do the same: takes the runs that nobody
/// trains, one after another. A run is settled when it has finished or failed, here or elsewhere.
class Worker {
 public:
  using MakeSinks = decltype(RunContext::make_sinks);

  /// Called before a run is trained.
  using Announce = std::function<void(std::size_t run)>;

  /// The experiment, and `ranks`, which may be null, must outlive the worker.
  Worker(CheckedExperiment& checked, const ComputeOptions& compute, MakeSinks make_sinks,
         RankGroup* ranks, Announce announce);

  /// Trains and exports every run that is neither settled nor trained by another process, until
  /// stop_signal(). Prints the errors of runs and goes on with the next one.
  void take_free_runs();

  /// Whether all runs are settled.
  bool done() const { return open_.empty(); }

  /// The exit code for the runs that are settled.
  int code() const { return code_; }

  const CheckedExperiment& experiment() const { return checked_; }

 private:
  enum class State { free, taken, finished, failed };

  RunDirectory directory_of(std::size_t run) const;
  State state_of(std::size_t run) const;
  bool failed_elsewhere(std::size_t run) const;
  bool has_other_files(const RunsOfData& group) const;
  bool settles_or_is_taken(std::size_t run);
  void settle(std::size_t run, int code);
  void train_group(RunsOfData& group);
  void train(const RunContext& context, std::size_t run);
  bool export_finished(std::size_t run);

  CheckedExperiment& checked_;
  ComputeOptions compute_;
  MakeSinks make_sinks_;
  RankGroup* ranks_;
  Announce announce_;
  std::set<std::size_t> open_;  // runs that are not settled
  int code_;
  /// When run.json of a run that had failed before was written. Such a run is tried again.
  std::map<std::size_t, std::filesystem::file_time_type> failed_before_;
};

}  // namespace reslab::app
