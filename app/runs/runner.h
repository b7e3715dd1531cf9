#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <c10/core/Device.h>

#include "app/config/experiment.h"
#include "app/runs/environment.h"
#include "app/runs/progress.h"
#include "reslab/data/images.h"
#include "reslab/data/transform.h"

namespace reslab::app {

/// Takes what the data say over into the runs: the number of classes where the file does not give
/// it. Throws InvalidInput with a line for each network that does not fit the data.
void fit_to_data(Experiment& experiment, const DataOutline& outline);

/// Everything that the runs of an experiment share.
struct RunContext {
  Experiment& experiment;
  std::filesystem::path directory;  // of the experiment
  const DataSet& data;
  const Transform& transform;
  Environment environment;
  at::Device device;
  int threads;
  ProgressLine& progress;
};

/// Throws InvalidInput with what differs for each of the runs whose directory holds a run of
/// another identity.
void check_identities(Experiment& experiment, const std::vector<std::size_t>& runs,
                      const std::filesystem::path& directory);

/// `damaged`: it failed because its data cannot be read.
enum class RunOutcome { finished, failed, damaged, interrupted };

/// Trains number `index` of the experiment's runs, `position` of `count`: from the beginning, from
/// its last checkpoint, or not at all when it is finished. A run that fails keeps its records and
/// says why in run.json and on stderr. Throws IoError.
RunOutcome run_one(const RunContext& context, std::size_t index, std::int64_t position,
                   std::int64_t count);

}  // namespace reslab::app
