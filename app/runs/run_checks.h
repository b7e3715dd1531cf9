#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "app/config/experiment.h"
#include "reslab/data/source.h"

namespace reslab::app {

// Errors that are found before any run of an experiment starts. `runs`: indices into the
// experiment's runs. `directory`: of the experiment.

/// Sets the number of classes of the runs' networks to that of their data if the file does not give
/// it. Throws InvalidInput with one line for each network that does not fit the data.
void fit_to_data(Experiment& experiment, const std::vector<std::size_t>& runs,
                 const DataOutline& outline);

/// Throws InvalidInput with the differences if the directory of one of `runs` holds a run with
/// another identity. `runs`: indices into the experiment's runs.
void check_identities(const Experiment& experiment, const std::vector<std::size_t>& runs,
                      const std::filesystem::path& directory);

/// Throws InvalidInput if one of `runs` has begun on classes of other names than the data's.
void check_classes(const Experiment& experiment, const std::vector<std::size_t>& runs,
                   const std::filesystem::path& directory,
                   const std::vector<std::string>& data_classes);

}  // namespace reslab::app
