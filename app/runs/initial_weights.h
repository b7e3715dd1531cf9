#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/config/experiment.h"
#include "app/config/json.h"
#include "reslab/model/network.h"

namespace reslab::app {

/// What a run started from.
struct InitialWeights {
  Json file;                       // for run.json: its path and checksum
  std::vector<std::string> notes;  // for people
};

/// Puts the weights that the run's recipe names under `init`, a file or a run's directory, into its
/// network. The last layer keeps its random values where the classes differ. Throws InvalidInput
/// with a line for each thing that does not fit, and IoError.
InitialWeights load_initial_weights(const RunPlan& plan, Network& network);

/// What is wrong with the initial weights that the run's recipe names, one line each; empty where
/// nothing is, or it names none.
std::vector<std::string> initial_weights_mistakes(const RunPlan& plan);

/// Throws InvalidInput with what is wrong with the initial weights of those of the experiment's
/// runs that are to start from the beginning in `directory`.
void check_initial_weights(const Experiment& experiment, const std::vector<std::size_t>& runs,
                           const std::filesystem::path& directory);

}  // namespace reslab::app
