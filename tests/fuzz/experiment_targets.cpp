#include <algorithm>
#include <fstream>

#include "app/config/experiment.h"
#include "app/config/json.h"
#include "app/config/run_identity.h"
#include "app/config/settings_reader.h"
#include "fuzz/files_targets.h"

namespace reslab {
namespace {

constexpr std::size_t kMostRuns = 8;  // runs of an experiment that are checked
constexpr auto kSeparator = "\n----\n";

template <class T>
void expect_to_read_back(const Settings<T>& settings, const T& value) {
  T again;
  app::InputErrors errors;
  const app::Places places = [](std::string_view pointer) { return std::string(pointer); };
  app::read_settings(settings, again, app::to_json(settings, value), "", places, errors);
  if (!errors.empty() || again != value)
    throw std::logic_error("settings of a run do not read back from its run.json");
}

/// The settings and claims that are written beside the results must equal those of the experiment.
void expect_saved_whole(const app::Experiment& experiment, const std::filesystem::path& folder) {
  for (std::size_t i = 0; i < std::min(kMostRuns, experiment.runs.size()); ++i) {
    const auto& run = experiment.runs[i];
    expect_printable(run.name);
    if (run.name.find('/') != run.name.npos) throw std::logic_error("a run name with a slash");
    expect_to_read_back(network_settings(), run.network);
    expect_to_read_back(recipe_settings(), run.recipe);
    expect_to_read_back(data_settings(), run.data);
  }
  const auto claims = app::claims_of(experiment);
  app::write_claims(folder, claims);
  if (app::read_claims(folder) != claims)
    throw std::logic_error("claims do not read back from experiment.json");
}

}  // namespace

void read_experiment(Bytes bytes, const std::filesystem::path& /*folder*/) {
  expect_read_or_refused([bytes] {
    app::read_experiment(app::Document("x.json", app::parse_json(text_of(bytes), "x.json")));
  });
}

void read_extending_experiment(Bytes bytes, const std::filesystem::path& folder) {
  auto parts = parts_of(bytes, kSeparator);
  parts.resize(3);
  std::ofstream(folder / "x.json") << parts[0];
  std::ofstream(folder / "base.json") << parts[1];
  auto assignments = parts_of(std::as_bytes(std::span(parts[2])), "\n");
  std::erase(assignments, "");
  expect_read_or_refused([&] {
    expect_saved_whole(app::load_experiment((folder / "x.json").string(), assignments), folder);
  });
}

}  // namespace reslab
