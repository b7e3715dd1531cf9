#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/config/expectation.h"

namespace reslab::app {

/// What an experiment says that it is to show. Kept beside its runs, so that they can be reported
/// on without the experiment's file.
struct Claims {
  std::string name;
  std::string why;
  std::vector<std::int64_t> seeds;
  std::vector<Expectation> expectations;
};

/// Writes `directory`/experiment.json. Throws IoError.
void write_claims(const std::filesystem::path& directory, const Claims& claims);

/// Reads it, or nothing where there is none. Throws InvalidInput with a line for each mistake.
std::optional<Claims> read_claims(const std::filesystem::path& directory);

}  // namespace reslab::app
