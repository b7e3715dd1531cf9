#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/config/expectation.h"

namespace reslab::app {

/// The claims of an experiment. They are saved beside the runs, so that a report needs no
/// experiment file.
struct Claims {
  std::string name;
  std::string why;
  std::vector<std::int64_t> seeds;
  std::vector<Expectation> expectations;

  bool operator==(const Claims&) const = default;
};

/// Writes `directory`/experiment.json. Throws IoError.
void write_claims(const std::filesystem::path& directory, const Claims& claims);

/// Reads `directory`/experiment.json, or returns nothing if there is none. Throws InvalidInput with
/// a line for each error.
std::optional<Claims> read_claims(const std::filesystem::path& directory);

}  // namespace reslab::app
