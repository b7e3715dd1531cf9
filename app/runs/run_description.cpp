#include "app/runs/run_description.h"

#include "app/config/run_identity.h"
#include "app/config/run_name.h"
#include "app/config/settings_reader.h"
#include "app/runs/messages.h"
#include "reslab/execution/execution.h"
#include "reslab/interchange/network_input.h"

namespace reslab::app {
namespace {

const char* precision_name(Precision precision) {
  return precision == Precision::bfloat16 ? "bfloat16" : "float32";
}

}  // namespace

Json run_description(const RunContext& context, const RunPlan& plan, std::int64_t parameters) {
  const auto& environment = context.environment;
  return {{"experiment", context.experiment.name},
          {"network", plan.name},
          {"seed", plan.seed},
          {"parameters", parameters},
          {"status", "running"},
          {"precision", precision_name(resolve(plan.recipe.precision, context.device))},
          {"device", context.device.str()},
          {"threads", context.threads},
          {"identity", identity(plan)},
          {"data", to_json(data_settings(), plan.data)},
          {"data_files", context.data_files},
          {"classes", context.data.classes},
          {"unreadable", context.data.unreadable},
          {"paper", paper_numbers(context.experiment.expectations, plan.name)},
          {"environment",
           {{"reslab", environment.version},
            {"source", environment.source},
            {"libtorch", environment.torch},
            {"libtorch_library", environment.torch_library},
            {"instructions", environment.instructions},
            {"processor", environment.processor}}}};
}

std::vector<std::string> changed_environment(const Json& before, const Json& now) {
  std::vector<std::string> lines;
  for (const auto* key : {"device", "threads", "precision"})
    if (before.contains(key) && before[key] != now[key])
      lines.push_back(std::string("began with ") + key + " " + compact(before[key]) +
                      ", goes on with " + compact(now[key]) +
                      ": not bit-identical to an uninterrupted run");
  return lines;
}

std::map<std::string, std::string> weights_metadata(const RunContext& context,
                                                    const RunPlan& plan) {
  const auto* const folder = std::get_if<FolderOptions>(&plan.data.source);
  auto metadata = input_metadata({context.transform.height(), context.transform.width(),
                                  context.transform.normalization(), context.data.classes,
                                  folder ? static_cast<int>(folder->short_side) : 0,
                                  folder == nullptr || folder->exif_orientation});
  metadata.insert({{"format", "pt"},
                   {"network", network_of(plan.name)},
                   {"seed", std::to_string(plan.seed)},
                   {"recipe", compact(identity(plan)["recipe"])}});
  if (plan.recipe.ema) metadata["weights"] = "ema";
  return metadata;
}

}  // namespace reslab::app
