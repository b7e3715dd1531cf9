#pragma once

#include <string>
#include <vector>

#include "app/command/arguments.h"
#include "app/command/checked_experiment.h"
#include "app/command/compute_options.h"

namespace reslab::app {

/// Number of the experiments' chosen runs that have not finished.
std::int64_t count_unfinished(const std::vector<CheckedExperiment>& experiments);

/// The workers that train the experiments on this machine. One worker is this process itself.
struct JobPlan {
  int jobs = 1;
  int threads = 1;  // of each worker
  /// The arguments of each worker: those of this command, with its share of the threads and GPUs.
  std::vector<std::vector<std::string>> arguments;
};

/// Reads --jobs, and divides the CPUs and GPUs of this machine. Throws InvalidInput.
JobPlan plan_jobs(const cxxopts::ParseResult& given,
                  const std::vector<CheckedExperiment>& experiments, const ComputeOptions& compute);

}  // namespace reslab::app
