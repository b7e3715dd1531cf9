#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/config/experiment.h"
#include "app/config/json.h"
#include "reslab/model/network.h"

namespace reslab::app {

/// The weights that a run started from.
struct InitialWeights {
  Json file;                       // path and checksum, for run.json
  std::vector<std::string> notes;  // assumptions and omitted weights, for the user
};

/// Loads the weights that the recipe's `init` names, FILE[:SECTION] or a run directory, into the
/// network. The last layer keeps its random values if the file has none or another. Throws
/// InvalidInput with one line for each entry that does not fit, and IoError.
InitialWeights load_initial_weights(const RunPlan& plan, Network& network);

/// Returns one line for each error in the initial weights of the run's recipe; none if the recipe
/// names no weights.
std::vector<std::string> initial_weights_errors(const RunPlan& plan);

/// Checks the initial weights of the runs that start from the beginning in `directory`. `runs`:
/// indices into the experiment's runs. Throws InvalidInput with one line for each error.
void check_initial_weights(const Experiment& experiment, const std::vector<std::size_t>& runs,
                           const std::filesystem::path& directory);

}  // namespace reslab::app
