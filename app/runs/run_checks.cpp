#include "app/runs/run_checks.h"

#include <algorithm>
#include <bit>
#include <optional>

#include <fmt/format.h>

#include "app/config/run_identity.h"
#include "app/runs/run_directory.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

constexpr const char* kWaysOut =
    "; choose another --out, another name for the experiment, or remove it";

/// Why BatchNorm cannot normalise in a training step, or "". It needs two values per channel.
std::string norm_error(const RunPlan& plan, const DataOutline& outline) {
  if (!plan.network.batch_norm || !is_staged(plan.network)) return "";
  const auto batch = plan.recipe.batch;
  const auto images = batch / plan.recipe.parts;
  const auto values = images * last_stage_size(plan.network, outline.height) *
                      last_stage_size(plan.network, outline.width);
  if (values > 1) return "";
  return fmt::format(
      "BatchNorm of its last stage sees one value per channel: a part of one "
      "image of {}×{} pixels; expected larger images or a batch of {} in parts of "
      "at least 2 images",
      outline.height, outline.width, batch);
}

}  // namespace

void fit_to_data(Experiment& experiment, const std::vector<std::size_t>& runs,
                 const DataOutline& outline) {
  InputErrors errors;
  for (const auto index : runs) {
    auto& plan = experiment.runs[index];
    const auto place = experiment.file + ": " + plan.name;
    const bool given = std::ranges::find(plan.given, "classes") != plan.given.end();
    if (!given) plan.network.classes = outline.classes;
    if (plan.network.classes < outline.classes)
      errors.add(place, fmt::format("has {} classes, the data have {}", plan.network.classes,
                                    outline.classes));
    const auto smallest = smallest_image_size(plan.network.family);
    if (std::min(outline.height, outline.width) < smallest)
      errors.add(place, fmt::format("takes images of at least {0}×{0}, the data's are {1}×{2}",
                                    smallest, outline.height, outline.width));
    const auto parts = plan.recipe.parts;
    if (!std::has_single_bit(static_cast<std::uint64_t>(parts)) || plan.recipe.batch % parts != 0)
      errors.add(place, fmt::format("has a batch of {} in {} parts; expected a power of two that "
                                    "divides the batch",
                                    plan.recipe.batch, parts));
    else if (const auto error = norm_error(plan, outline); !error.empty())
      errors.add(place, error);
    if (plan.network.in_channels != outline.channels)
      errors.add(place,
                 fmt::format("takes images of {}, the data have {}; the network's "
                             "in_channels and the data's channels should be equal",
                             counted(plan.network.in_channels, "channel"), outline.channels));
  }
  errors.raise();
}

void check_identities(const Experiment& experiment, const std::vector<std::size_t>& runs,
                      const std::filesystem::path& directory) {
  InputErrors errors;
  for (const auto index : runs) {
    const auto& plan = experiment.runs[index];
    const RunDirectory run(directory, plan.name, plan.seed);
    std::optional<Json> before;
    errors.gather([&] { before = run.read(); });
    if (!before) continue;
    const auto place = run.path().string();
    if (!before->contains("identity")) {
      errors.add(place, "its run.json does not say which run it is; choose another --out");
      continue;
    }
    for (const auto& line : differences((*before)["identity"], identity(plan)))
      errors.add(place, "holds another run, " + line + kWaysOut);
  }
  errors.raise();
}

void check_classes(const Experiment& experiment, const std::vector<std::size_t>& runs,
                   const std::filesystem::path& directory,
                   const std::vector<std::string>& data_classes) {
  InputErrors errors;
  const Json classes = data_classes;
  for (const auto index : runs) {
    const auto& plan = experiment.runs[index];
    const RunDirectory run(directory, plan.name, plan.seed);
    const auto before = run.read();
    if (before && before->contains("classes") && (*before)["classes"] != classes)
      errors.add(run.path().string(), "holds a run on the classes " + shown((*before)["classes"]) +
                                          ", the data's are " + shown(classes) + kWaysOut);
  }
  errors.raise();
}

}  // namespace reslab::app
