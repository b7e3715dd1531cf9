#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/config/document.h"
#include "app/config/input_errors.h"
#include "app/config/settings_reader.h"
#include "app/config/vary.h"
#include "reslab/data/options.h"
#include "reslab/model/network_spec.h"
#include "reslab/train/recipe.h"

namespace reslab::app {

/// Largest seed that an experiment may use: seeds are 32-bit.
inline constexpr double kLargestSeed = 4294967295;

/// One run of an experiment: one network, one seed, one training.
struct RunPlan {
  std::string name;  // run_name(network's name, varied values)
  DataOptions data;
  NetworkSpec network;
  std::vector<std::string> given;  // names of the network's settings that the file gives
  Recipe recipe;
  std::int64_t seed = 1;

  bool operator==(const RunPlan&) const = default;
};

/// Expands the file's `network`, `networks`, `recipe`, `vary` and the seeds into runs. Each entry
/// of `networks` gives every combination of the values in its lists; the last key varies fastest.
/// Each of these is combined with the values of `vary` and with the seeds, which an entry may
/// replace by its own. If two entries have the same network, the names of the runs contain the
/// values in which their recipes differ. Two runs with the same name or the same training are an
/// error, and so is a setting that no network uses. `data`: as in the file. If there are errors,
/// some runs may be left out.
std::vector<RunPlan> expand_runs(const Document& document, const DataOptions& data,
                                 const std::vector<std::int64_t>& seeds, InputErrors& errors);

/// Adds a line for each error in a list of seeds at the pointer.
void check_seeds(const std::vector<std::int64_t>& seeds, const std::string& place,
                 InputErrors& errors);

/// Checks data settings that were read from the variation's /data, and makes their folder relative
/// to the working directory.
void finish_data(DataOptions& data, const Document& document, const Variation& variation,
                 UnusedSettings& unused, InputErrors& errors);

}  // namespace reslab::app
