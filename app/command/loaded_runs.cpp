#include "app/command/loaded_runs.h"

#include "app/command/stop_signal.h"
#include "app/inference/trained_model.h"
#include "app/runs/data_files.h"
#include "app/runs/messages.h"
#include "app/runs/run_checks.h"

namespace reslab::app {

LoadedRuns::LoadedRuns(const CheckedExperiment& checked, RunsOfData& group,
                       const ComputeOptions& compute, RankGroup* ranks)
    : checked_(checked), compute_(compute), ranks_(ranks) {
  const auto& options = checked.experiment.runs[group.runs.front()].data;
  if (!group.source) group.source = make_source(options);
  note("data: " + describe(options, *group.source, Splits::all));
  data_ = load(options, *group.source, Splits::all);
  group.source.reset();  // frees the memory of its list of files
  print_left_out(data_.unreadable);
  check_classes(checked.experiment, group.runs, checked.directory, data_.classes);
  files_ = data_files(options);
  environment_ = read_environment();
}

RunContext LoadedRuns::context(std::size_t run) {
  const auto& options = checked_.experiment.runs[run].data;
  if (transformed_ == nullptr || *transformed_ != options) {
    transform_.emplace(make_transform(data_, options));
    transformed_ = &options;
  }
  return {.experiment = checked_.experiment,
          .directory = checked_.directory,
          .data = data_,
          .transform = *transform_,
          .environment = environment_,
          .device = compute_.device,
          .threads = compute_.threads,
          .data_files = files_,
          .stop = [] { return stop_signal() != 0; },
          .ranks = ranks_};
}

}  // namespace reslab::app
