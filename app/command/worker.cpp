#include "app/command/worker.h"

#include <algorithm>
#include <iostream>
#include <optional>
#include <utility>

#include "app/command/command.h"
#include "app/command/loaded_runs.h"
#include "app/command/stop_signal.h"
#include "app/inference/trained_model.h"
#include "app/runs/data_files.h"
#include "app/runs/directory_lock.h"
#include "app/runs/machine_speed.h"
#include "app/runs/messages.h"
#include "app/runs/saved_state.h"
#include "reslab/base/error.h"

namespace reslab::app {
namespace {

/// When a failed run's run.json was written; nothing if the run has not failed.
std::optional<std::filesystem::file_time_type> failure_time(const RunDirectory& directory) {
  const auto run = directory.read();
  if (!run || run->value("status", "") != "failed") return {};
  return std::filesystem::last_write_time(directory.run_json());
}

void print_errors(const RunPlan& plan, const char* what, const std::exception& error) {
  for (const auto& line : lines_of(error)) std::cerr << named(plan, what + line) + "\n";
}

}  // namespace

Worker::Worker(CheckedExperiment& checked, const ComputeOptions& compute, MakeSinks make_sinks,
               RankGroup* ranks, Announce announce)
    : checked_(checked),
      compute_(compute),
      make_sinks_(std::move(make_sinks)),
      ranks_(ranks),
      announce_(std::move(announce)),
      open_(checked.runs.begin(), checked.runs.end()),
      code_(kDone) {
  for (const auto run : checked.runs)
    if (const auto time = failure_time(directory_of(run))) failed_before_[run] = *time;
}

void Worker::take_free_runs() {
  for (auto& group : checked_.data) {
    // Without work, the images need not be loaded. If their files have changed, loading them checks
    // that finished runs have the same classes.
    bool has_work = has_other_files(group);
    for (const auto run : group.runs)
      if (open_.contains(run) && !settles_or_is_taken(run)) has_work = true;
    if (has_work) train_group(group);
    if (stop_signal() != 0) return;
  }
}

RunDirectory Worker::directory_of(std::size_t run) const {
  const auto& plan = checked_.experiment.runs[run];
  return {checked_.directory, plan.name, plan.seed};
}

/// Whether an open run of the group has begun with other files of data than there are now.
bool Worker::has_other_files(const RunsOfData& group) const {
  Json now;
  for (const auto run : group.runs) {
    if (!open_.contains(run)) continue;
    try {
      const auto content = directory_of(run).read();
      if (!content || !content->contains("data_files")) continue;
      if (now.is_null()) now = data_files(checked_.experiment.runs[run].data);
      if ((*content)["data_files"] != now) return true;
    } catch (const InvalidInput&) {
      continue;  // run_one() says what is wrong
    }
  }
  return false;
}

/// Whether a process has failed at the run since this one started.
bool Worker::failed_elsewhere(std::size_t run) const {
  const auto time = failure_time(directory_of(run));
  if (!time) return false;
  const auto before = failed_before_.find(run);
  return before == failed_before_.end() || before->second != *time;
}

Worker::State Worker::state_of(std::size_t run) const {
  const auto directory = directory_of(run);
  if (!DirectoryLock::holder(directory.path()).empty()) return State::taken;
  try {
    const auto content = directory.read();
    if (content && content->value("status", "") == "finished") return State::finished;
    return failed_elsewhere(run) ? State::failed : State::free;
  } catch (const InvalidInput&) {
    return State::free;  // run_one() says what is wrong
  }
}

/// Settles the run if it has finished or failed. Returns whether it has, or another process trains
/// it.
bool Worker::settles_or_is_taken(std::size_t run) {
  switch (state_of(run)) {
    case State::free:
      return false;
    case State::taken:
      break;
    case State::finished:
      detail(named(checked_.experiment.runs[run], "finished before"));
      settle(run, export_finished(run) ? kDone : kFailed);
      break;
    case State::failed:
      note(named(checked_.experiment.runs[run], "failed in another process"));
      settle(run, kFailed);
      break;
  }
  return true;
}

void Worker::settle(std::size_t run, int code) {
  open_.erase(run);
  code_ = worse(code_, code);
}

/// Exports a finished run to the formats that the experiment asks for. Returns whether it
/// succeeded; it does not if the run's weights are missing.
bool Worker::export_finished(std::size_t run) {
  const auto directory = directory_of(run);
  const char* step = "";
  try {
    require_of_finished(directory, directory.weights());
    directory.remove_leftovers();
    step = "export: ";
    export_run(directory, checked_.experiment.exports);
    return true;
  } catch (const std::exception& error) {
    print_errors(checked_.experiment.runs[run], step, error);
    return false;
  }
}

/// Trains the networks of the group's runs that are free.
void Worker::train_group(RunsOfData& group) {
  LoadedRuns loaded(checked_, group, compute_, ranks_);
  for (const auto run : group.runs) {
    if (!open_.contains(run) || settles_or_is_taken(run)) continue;
    auto context = loaded.context(run);
    context.make_sinks = make_sinks_;
    context.failed_elsewhere = [this, run] { return failed_elsewhere(run); };
    context.speeds = MachineSpeeds::usual_file();
    announce_(run);
    train(context, run);
    if (stop_signal() != 0) return;
  }
}

/// Trains a run and exports it.
void Worker::train(const RunContext& context, std::size_t run) {
  const auto place = std::ranges::find(checked_.runs, run) - checked_.runs.begin();
  try {
    switch (run_one(context, run, place + 1, std::ssize(checked_.runs))) {
      case RunOutcome::finished:
        return settle(run, export_finished(run) ? kDone : kFailed);
      case RunOutcome::failed:
        return settle(run, kFailed);
      case RunOutcome::damaged:
        return settle(run, kInvalidInput);
      case RunOutcome::taken:
      case RunOutcome::interrupted:
        return;
    }
  } catch (const std::exception& error) {
    print_errors(context.experiment.runs[run], "", error);
    settle(run, kFailed);
  }
}

}  // namespace reslab::app
