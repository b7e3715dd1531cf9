#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <c10/core/Device.h>

#include "app/config/experiment.h"
#include "app/runs/environment.h"
#include "app/runs/record_sink.h"
#include "app/runs/run_directory.h"
#include "reslab/data/images.h"
#include "reslab/data/transform.h"
#include "reslab/ranks/rank_group.h"

namespace reslab::app {

/// Everything that the runs of an experiment share. The referenced objects must outlive the runs.
struct RunContext {
  const Experiment& experiment;
  std::filesystem::path directory;  // of the experiment
  const DataSet& data;
  const Transform& transform;
  Environment environment;
  at::Device device;
  int threads;
  Json data_files = {};  // data_files() of the experiment's data
  std::function<RecordSinks(const RunDirectory&, const Json& run)> make_sinks = make_record_sinks;
  std::function<bool()> stop = nullptr;  // called after every step; true saves the run and returns
  // Whether another process has failed at the run in the meantime. Called when this process has the
  // run's lock; true leaves the run as it is.
  std::function<bool()> failed_elsewhere = nullptr;
  std::filesystem::path speeds = {};  // file that keeps the speeds of runs; empty: none
  RankGroup* ranks = nullptr;         // that train a run together
};

/// A line about a run: "resnet-20 seed 1: text".
std::string named(const RunPlan& plan, const std::string& text);

/// `damaged`: the run failed because its data cannot be read. `taken`: another process trains it.
enum class RunOutcome { finished, failed, damaged, interrupted, taken };

/// Trains run `index` of the experiment: from the beginning, from its last checkpoint, or not at
/// all if it has finished or another process trains it. `position` of `count` is for the progress
/// line. A run that fails keeps its records and writes the reason to run.json and stderr. With
/// several ranks, each calls this; rank 0 writes. Throws IoError.
RunOutcome run_one(const RunContext& context, std::size_t index, std::int64_t position,
                   std::int64_t count);

}  // namespace reslab::app
