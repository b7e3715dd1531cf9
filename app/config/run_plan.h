#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/config/document.h"
#include "app/config/input_errors.h"
#include "reslab/model/network_spec.h"
#include "reslab/train/recipe.h"

namespace reslab::app {

/// Largest seed that an experiment may use: seeds are 32-bit.
inline constexpr double kLargestSeed = 4294967295;

/// One run as the file asks for it: one network, one seed, one training.
struct RunPlan {
  std::string name;  // the network's, as `resnet-34:shortcut=C`
  NetworkSpec network;
  std::vector<std::string> given;  // the settings of the network that the file gives
  Recipe recipe;
  std::int64_t seed = 1;
};

/// Expands the file's `network`, `networks`, `recipe` and the seeds into runs: inside an entry of
/// `networks` lists multiply, the last key varying fastest; then the seeds. Adds to `mistakes` what
/// is wrong with them, also two runs of one name and settings that none of the networks uses; the
/// runs returned are then not all.
std::vector<RunPlan> expand_runs(const Document& document, const std::vector<std::int64_t>& seeds,
                                 Mistakes& mistakes);

}  // namespace reslab::app
