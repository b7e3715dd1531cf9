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
  std::string name;  // run_name() of the network's name and its varied values
  DataOptions data;
  NetworkSpec network;
  std::vector<std::string> given;  // names of the network's settings that the file gives
  Recipe recipe;
  std::int64_t seed = 1;

  bool operator==(const RunPlan&) const = default;
};

/// Expands the file's `network`, `networks`, `recipe`, `vary` and the seeds into runs. Inside an
/// entry of `networks` lists multiply, the last key varying fastest; then the values of `vary` and
/// the seeds multiply. An entry may have its own seeds. The values of an entry's own recipe are in
/// the names of its runs if another entry has the same network. Two runs with the same name or the
/// same training are an error, and so is a setting that no network uses. `data`: the file's. If
/// there are errors, some runs may be left out.
std::vector<RunPlan> expand_runs(const Document& document, const DataOptions& data,
                                 const std::vector<std::int64_t>& seeds, InputErrors& errors);

/// Adds a line for each error in a list of seeds at the pointer.
void check_seeds(const std::vector<std::int64_t>& seeds, const std::string& place,
                 InputErrors& errors);

/// Makes the folder of the data that were read from the variation's /data relative to the working
/// directory, and checks them.
void finish_data(DataOptions& data, const Document& document, const Variation& variation,
                 UnusedSettings& unused, InputErrors& errors);

/// The settings that a run's results depend on: network, data (but not their folder), recipe and
/// seed, complete with defaults.
Json identity(const RunPlan& run);

/// The differences between two identities, one line each, as "/recipe/iterations: 400 -> 64000".
std::vector<std::string> differences(const Json& from, const Json& to);

}  // namespace reslab::app
