#pragma once

#include <exception>
#include <functional>
#include <string>

#include "app/config/json.h"
#include "reslab/ranks/rank_group.h"

namespace reslab::app {

/// Calls `check` on every rank. If it throws InvalidInput on one of them, all throw it, with the
/// lines of all ranks. Does nothing else without a group. Throws RankLost.
void check_together(RankGroup* group, const std::function<void()>& check);

/// Throws InvalidInput on every rank, with a line for each rank whose facts are not those of rank
/// 0. Throws RankLost.
void require_equal(RankGroup& group, const Json& facts);

/// Prints the error and ends the processes of all ranks, with exit code 2 if it is InvalidInput and
/// 1 otherwise. Does nothing without other ranks.
void end_all_after(RankGroup* group, const std::string& where, const std::exception& error);

/// From now on, ranks other than 0 print nothing, apart from the line of end_all_after().
void silence_other_ranks(const RankGroup* group);

}  // namespace reslab::app
