#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "app/config/experiment.h"
#include "reslab/data/source.h"

namespace reslab::app {

/// Runs that train on the same images. Their augmentation and normalisation may differ.
struct RunsOfData {
  std::unique_ptr<const DataSource> source;
  std::vector<std::size_t> runs;  // indices into the experiment's runs
};

/// Groups the experiment's runs by their images. Groups are in the order of their first runs.
std::vector<RunsOfData> by_data(const Experiment& experiment);

}  // namespace reslab::app
