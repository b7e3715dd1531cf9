#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/config/document.h"
#include "app/config/input_errors.h"
#include "reslab/data/options.h"
#include "reslab/model/network_spec.h"
#include "reslab/train/recipe.h"

namespace reslab::app {

/// Largest seed that an experiment may use: seeds are 32-bit.
inline constexpr double kLargestSeed = 4294967295;

/// One run of an experiment: one network, one seed, one training.
struct RunPlan {
  std::string name;  // the network's, for example `resnet-34:shortcut=C`
  NetworkSpec network;
  std::vector<std::string> given;  // names of the network's settings that the file gives
  Recipe recipe;
  std::int64_t seed = 1;

  bool operator==(const RunPlan&) const = default;
};

/// Expands the file's `network`, `networks`, `recipe` and the seeds into runs. Inside an entry of
/// `networks` lists multiply, the last key varying fastest; then the seeds multiply. Two runs with
/// the same name are an error, and so is a setting that no network uses. If there are errors, some
/// runs may be left out.
std::vector<RunPlan> expand_runs(const Document& document, const std::vector<std::int64_t>& seeds,
                                 InputErrors& errors);

/// The settings that a run's results depend on: network, data (but not their folder), recipe and
/// seed, complete with defaults.
Json identity(const RunPlan& run, const DataOptions& data);

/// The differences between two identities, one line each, as "/recipe/iterations: 400 -> 64000".
std::vector<std::string> differences(const Json& from, const Json& to);

}  // namespace reslab::app
