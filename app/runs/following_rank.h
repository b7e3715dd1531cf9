#pragma once

#include <optional>

#include "app/runs/runner.h"
#include "reslab/ranks/rank_group.h"

namespace reslab::app {

/// Tells the other ranks what rank 0 does with a run: trains it, if there is no outcome yet. Does
/// nothing without a group.
void tell_ranks(RankGroup* group, std::optional<RunOutcome> outcome);

/// Does this rank's share of a run on a rank other than 0: computes with the others and writes
/// nothing. Ends all ranks if an error occurs that the other ranks do not see.
RunOutcome follow_run(const RunContext& context, const RunPlan& plan);

}  // namespace reslab::app
