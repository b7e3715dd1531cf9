#pragma once

#include <filesystem>
#include <string>

#include "app/program.h"

namespace reslab::app {

/// An experiment of two networks and 12 iterations.
constexpr auto kExperiment = R"({
  "name": "small",
  "data": {"name": "shapes", "train": 48, "test": 20, "augment": {"pad": 2, "flip": true}},
  "networks": {"connection": ["plain", "residual"], "depth": 8},
  "recipe": {"iterations": 12, "batch": 8, "record_every": 2, "evaluate_every": 4,
             "learning_rate": {"schedule": "steps", "start": 0.05, "at": [8]}},
  "expect": [
    {"claim": "it runs", "value": {"run": "resnet-8", "metric": "test_error"}, "between": [0, 100], "paper": 50}
  ]
})";

class SmallExperimentTest : public ProgramTest {
 protected:
  /// Directory of the run of seed 1 of `network`, written with `--out OUT`.
  std::filesystem::path run(const std::string& out, const std::string& network) {
    return folder_.path() / out / "small" / network / "seed-1";
  }
};

}  // namespace reslab::app
