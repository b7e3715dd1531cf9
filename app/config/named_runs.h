#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/config/document.h"
#include "app/config/input_errors.h"
#include "app/config/run_plan.h"
#include "app/config/vary.h"

namespace reslab::app {

/// Runs that differ only in their seeds, and where the file gives them.
struct Training {
  RunPlan run;  // without a name
  std::string network;
  std::vector<std::int64_t> seeds;
  std::string pointer;  // to the entry of `networks`
  Json own_recipe;      // of the entry
  Json recipe;          // with that of the file
  const Variation* variation = nullptr;
  std::vector<std::string> varied_keys;  // settings of the network with a list of values
};

/// Returns the runs of the trainings with their names: the network's name, the varied values and,
/// if several entries have the same network, the values of an entry's own recipe that differ
/// between them. Leaves out a training that has the name or, if the trainings are `complete`, the
/// settings of an earlier one, and adds an error.
std::vector<RunPlan> named_runs(std::vector<Training>& trainings, const Document& document,
                                bool complete, InputErrors& errors);

}  // namespace reslab::app
