#include "app/runs/initial_weights.h"

#include <set>

#include "app/runs/checksum.h"
#include "app/runs/run_directory.h"
#include "reslab/base/file.h"
#include "reslab/interchange/load_weights.h"
#include "reslab/interchange/weights_network.h"

namespace reslab::app {
namespace {

std::vector<std::string> assumed(const RunPlan& plan, const WeightsFile& weights) {
  const auto stored_name = weights.metadata.find("network");
  if (stored_name != weights.metadata.end() && stored_name->second == plan.name) return {};
  auto lines = assumptions(plan.network, plan.given);
  for (auto& line : lines)
    if (line.starts_with("assumed: stride_in=1x1")) line += "; torchvision's weights need 3x3";
  return lines;
}

}  // namespace

InitialWeights load_initial_weights(const RunPlan& plan, Network& network) {
  const auto [file, section] = split_section(plan.recipe.init);
  const auto path = weights_of(file).string();
  const auto bytes = std::make_shared<const std::vector<std::byte>>(read_file(path));
  const auto weights = parse_weights(bytes, path, section);
  InitialWeights initial{
      {{"file", path},
       {"crc32", crc32_text({reinterpret_cast<const char*>(bytes->data()), bytes->size()})}},
      {}};
  initial.notes = load_weights(network, weights, Head::may_differ);
  initial.notes.insert(initial.notes.begin(), "starts from the weights in " + path);
  for (auto& line : assumed(plan, weights)) initial.notes.push_back(std::move(line));
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
    if (std::filesystem::exists(run.checkpoint()) || std::filesystem::exists(run.weights()) ||
        !seen.insert(plan.name).second)
      continue;
    for (const auto& line : initial_weights_errors(plan))
      errors.add(experiment.file + ": " + plan.name + ": init", line);
  }
  errors.raise();
}

}  // namespace reslab::app
