#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "app/command/arguments.h"
#include "app/command/checked_experiment.h"
#include "app/command/compute_options.h"
#include "reslab/ranks/rank_group.h"

namespace reslab::app {

/// The ranks of `reslab run` that mpirun, srun or the like has started; null if this process was
/// started alone. Throws InvalidInput and RankLost.
std::unique_ptr<RankGroup> join_ranks(const cxxopts::ParseResult& given);

/// The value of --rank-timeout: the longest time that a rank may take to answer. Throws
/// InvalidInput unless it is from 1 to 86,400 seconds.
std::chrono::seconds rank_timeout(const cxxopts::ParseResult& given);

/// Throws InvalidInput, on every rank, unless all ranks train the same experiments with the same
/// program on equal data, and their number divides every run's parts. Throws RankLost.
void check_ranks(RankGroup* ranks, const std::vector<CheckedExperiment>& experiments,
                 const ComputeOptions& compute);

/// Tells the other ranks which run rank 0 trains next. Does nothing without ranks.
void announce_run(RankGroup* ranks, std::size_t experiment, std::size_t run);

/// Tells the other ranks that nothing is left to do, and this program's exit code.
void announce_end(RankGroup* ranks, int exit_code);

/// Takes part in the training of the runs that rank 0 announces. Returns the announced exit code.
/// Throws RankLost.
int follow_first_rank(std::vector<CheckedExperiment>& experiments, const ComputeOptions& compute,
                      RankGroup& ranks);

}  // namespace reslab::app
