#pragma once

#include <cstddef>
#include <optional>

#include "app/command/checked_experiment.h"
#include "app/command/compute_options.h"
#include "app/runs/runner.h"

namespace reslab::app {

/// The images that a group of an experiment's runs share, and what else their training needs.
class LoadedRuns {
 public:
  /// Loads the images and prints what they are. `checked`, and `ranks`, which may be null, must
  /// outlive the object. Throws InvalidInput.
  LoadedRuns(const CheckedExperiment& checked, RunsOfData& group, const ComputeOptions& compute,
             RankGroup* ranks);

  /// The arguments of run_one() for a run of the group, valid until the next call.
  RunContext context(std::size_t run);

 private:
  const CheckedExperiment& checked_;
  ComputeOptions compute_;
  RankGroup* ranks_;
  DataSet data_;
  Json files_;
  Environment environment_;
  std::optional<Transform> transform_;
  const DataOptions* transformed_ = nullptr;  // the options that transform_ was made for
};

}  // namespace reslab::app
