#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/config/document.h"
#include "app/config/input_errors.h"
#include "app/config/run_plan.h"
#include "app/config/vary.h"

namespace reslab::app {

/// Runs that differ only in their seeds, with their place in the experiment file.
struct Training {
  RunPlan run;  // without a name
  std::string network;
  std::vector<std::int64_t> seeds;
  std::string pointer;  // to the entry of `networks`
  Json own_recipe;      // the recipe in the entry
  Json recipe;          // the recipe of the file with the entry's changes
  const Variation* variation = nullptr;
  std::vector<std::string> varied_keys;  // settings of the network with a list of values
};

/// Sets the names of the trainings and returns their runs. A name consists of the network's name
/// and the varied values. If several entries have the same network, it also has the values of the
/// entry's own recipe that differ between them. Adds an error for each training whose name
/// is too long, and for each one with the name or the settings of an earlier one. Leaves them out.
/// `complete`: whether the trainings have all values of the file; otherwise settings are not
/// compared.
std::vector<RunPlan> named_runs(std::vector<Training>& trainings, const Document& document,
                                bool complete, InputErrors& errors);

}  // namespace reslab::app
