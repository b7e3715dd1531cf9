#include "app/bench/estimate.h"

#include <map>
#include <string>

#include "app/bench/step_timer.h"
#include "reslab/execution/execution.h"
#include "reslab/model/network_name.h"

namespace reslab::app {
namespace {

constexpr double kPassesOfAStep = 3;  // one forward, and a backward pass that costs two

double measure(Precision precision, at::Device device) {
  StepTiming timing;
  timing.network = parse_network("resnet-14");
  timing.recipe.precision = precision;
  timing.recipe.batch = 64;
  timing.warmup = 1;
  timing.steps = 3;
  timing.device = device;
  const auto network = make_network(timing.network, 1);
  const auto macs = summarize(*network, timing.image_size).macs * timing.recipe.batch;
  return kPassesOfAStep * static_cast<double>(macs) / median(time_steps(timing));
}

}  // namespace

Speed measured_speed(at::Device device) {
  return [device, measured = std::map<Precision, double>()](Precision precision) mutable {
    precision = resolve(precision, device);
    const auto known = measured.find(precision);
    if (known != measured.end()) return known->second;
    return measured[precision] = measure(precision, device);
  };
}

std::vector<RunCost> estimate(const Experiment& experiment, const Speed& macs_per_second) {
  const auto outline = make_source(experiment.data)->outline();
  std::map<std::string, NetworkSummary> summaries;  // the seeds of a network share one
  std::vector<RunCost> costs;
  for (const auto& plan : experiment.runs) {
    auto& summary = summaries[plan.name];
    if (summary.layers.empty())
      summary = summarize(*make_network(plan.network, 1),
                          outline ? outline->height : default_image_size(plan.network));
    const auto& recipe = plan.recipe;
    const auto macs =
        kPassesOfAStep * static_cast<double>(summary.macs * recipe.iterations * recipe.batch);
    costs.push_back({summary, macs / macs_per_second(recipe.precision)});
  }
  return costs;
}

}  // namespace reslab::app
