#include "app/runs/initial_weights.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "app/config/run_name.h"
#include "app/runs/checksum.h"
#include "app/runs/run_directory.h"
#include "reslab/base/file.h"
#include "reslab/interchange/load_weights.h"
#include "reslab/interchange/weights_network.h"
#include "reslab/model/network_name.h"
#include "reslab/train/checkpoint.h"

namespace reslab::app {
namespace {

/// Checks the settings that weights do not show and the experiment does not give. Throws
/// InvalidInput if one differs from the network that the file names, or if the file names no
/// network and the default may be wrong.
void check_hidden_settings(const RunPlan& plan, const WeightsFile& weights,
                           const std::optional<NetworkSpec>& stored) {
  const auto& path = weights.where;
  const auto& table = network_settings();
  InputErrors errors;
  for (const auto hidden : kNotInWeights) {
    const std::string setting(hidden);
    const auto& row = *table.find(setting);
    const bool given = std::ranges::find(plan.given, setting) != plan.given.end();
    if (given || !table.unused(row, plan.network).empty()) continue;
    if (!stored && setting == "stride_in")
      errors.add(
          path,
          "the weights do not show where the blocks have their stride; expected \"stride_in\": "
          "\"3x3\" (torchvision's weights) or \"1x1\" (the paper's) in the network");
    if (!stored && setting == "padding" && pads_both_sides(plan.network, entries_of(weights)))
      errors.add(path,
                 "the weights have the names of akamaster's networks; expected \"padding\": "
                 "\"both\" (as these networks have it) or \"end\" (the paper's) in the network");
    if (stored && table.get(row, *stored) != table.get(row, plan.network))
      errors.add(path,
                 fmt::format("the weights are of {0}; expected \"{1}\": \"{2}\" in the network",
                             name(*stored), setting, to_text(table.get(row, *stored))));
  }
  errors.raise();
}

}  // namespace

InitialWeights load_initial_weights(const RunPlan& plan, Network& network) {
  const auto [file, section] = split_section(plan.recipe.init);
  const auto path = weights_of(file).string();
  const auto bytes = std::make_shared<const std::vector<std::byte>>(read_file(path));
  const auto weights = parse_weights(bytes, path, section, wanted_by(network));
  InitialWeights initial{
      {{"file", path},
       {"crc32", crc32_text({reinterpret_cast<const char*>(bytes->data()), bytes->size()})}},
      {}};
  const auto stored = stored_network(weights);
  check_hidden_settings(plan, weights, stored);
  initial.notes = load_weights(network, weights, Head::may_differ);
  initial.notes.insert(initial.notes.begin(), "starts from the weights in " + path);
  if (stored && name(*stored) == network_of(plan.name)) return initial;
  for (auto& line : assumptions(plan.network, plan.given)) initial.notes.push_back(std::move(line));
  return initial;
}

std::vector<std::string> initial_weights_errors(const RunPlan& plan) {
  if (plan.recipe.init.empty()) return {};
  InputErrors errors;
  errors.gather([&plan] {
    load_initial_weights(plan, *make_network(plan.network, 0, plan.recipe.batch_norm));
  });
  return errors.lines();
}

void check_initial_weights(const Experiment& experiment, const std::vector<std::size_t>& runs,
                           const std::filesystem::path& directory) {
  InputErrors errors;
  std::set<std::string> seen;  // the seeds of a network start from the same weights
  for (const auto index : runs) {
    const auto& plan = experiment.runs[index];
    const RunDirectory run(directory, plan.name, plan.seed);
    if (std::filesystem::exists(run.checkpoint()) ||
        std::filesystem::exists(previous_checkpoint(run.checkpoint())) ||
        std::filesystem::exists(run.weights()) || !seen.insert(plan.name).second)
      continue;
    for (const auto& line : initial_weights_errors(plan))
      errors.add(experiment.file + ": " + plan.name + ": init", line);
  }
  errors.raise();
}

}  // namespace reslab::app
