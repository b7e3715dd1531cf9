#include <map>
#include <set>

#include <fmt/format.h>

#include "app/bench/step_timer.h"
#include "app/command/arguments.h"
#include "app/command/command.h"
#include "app/command/compute_options.h"
#include "app/report/numbers.h"
#include "app/report/table.h"
#include "app/runs/initial_weights.h"
#include "app/runs/runner.h"
#include "reslab/base/error.h"
#include "reslab/execution/execution.h"
#include "reslab/model/network_name.h"
#include "reslab/model/summary.h"

namespace reslab::app {
namespace {

// A backward pass takes about as much as two forward passes.
constexpr double kPassesOfAStep = 3;

/// Multiply-adds a second of training steps on this machine, measured once for each precision on a
/// small network of the CIFAR family.
class Speed {
 public:
  explicit Speed(at::Device device) : device_(device) {}

  double macs_per_second(Precision precision) {
    precision = resolve(precision, device_);
    if (const auto known = measured_.find(precision); known != measured_.end())
      return known->second;
    StepTiming timing;
    timing.network = parse_network("resnet-14");
    timing.precision = precision;
    timing.batch = 64;
    timing.warmup = 1;
    timing.steps = 3;
    timing.device = device_;
    const auto network = make_network(timing.network, 1);
    const auto macs =
        kPassesOfAStep *
        static_cast<double>(summarize(*network, timing.image_size).macs * timing.batch);
    return measured_[precision] = macs / median(time_steps(timing));
  }

 private:
  at::Device device_;
  std::map<Precision, double> measured_;
};

struct RunCost {
  const RunPlan* plan;
  NetworkSummary summary;
  double seconds;
};

/// Counts one network once, however many seeds it has.
std::vector<RunCost> costs_of(const Experiment& experiment, Speed& speed) {
  const auto outline = experiment.data.source->outline();
  std::map<std::string, NetworkSummary> summaries;
  std::vector<RunCost> costs;
  for (const auto& plan : experiment.runs) {
    auto& summary = summaries[plan.name];
    if (summary.layers.empty()) {
      const auto network = make_network(plan.network, 1);
      summary =
          summarize(*network, outline ? outline->height : default_image_size(plan.network.family));
    }
    const auto& recipe = plan.recipe;
    const auto macs =
        kPassesOfAStep * static_cast<double>(summary.macs * recipe.iterations * recipe.batch);
    costs.push_back({&plan, summary, macs / speed.macs_per_second(recipe.precision)});
  }
  return costs;
}

void check_file(const std::string& file, const std::vector<std::string>& assignments,
                const ComputeOptions& compute, Speed& speed, bool json, Json& list) {
  auto document = Document::load(file);
  document.assign(assignments);
  auto experiment = read_experiment(document);
  auto missing = experiment.data.source->missing();
  if (const auto outline = experiment.data.source->outline()) fit_to_data(experiment, *outline);
  std::set<std::string> names;
  for (const auto& plan : experiment.runs)
    if (names.insert(plan.name).second)
      for (auto& line : initial_weights_mistakes(plan)) missing.push_back(std::move(line));
  const auto costs = costs_of(experiment, speed);
  double total = 0;
  Table table;
  table.add_column("network", Table::Align::left);
  for (const auto* heading :
       {"seed", "parameters", "multiply-adds", "iterations", "batch", "about"})
    table.add_column(heading, Table::Align::right);
  Json runs = Json::array();
  for (const auto& cost : costs) {
    total += cost.seconds;
    const auto& recipe = cost.plan->recipe;
    table.add_row({cost.plan->name, std::to_string(cost.plan->seed),
                   short_number(cost.summary.parameters), short_number(cost.summary.macs),
                   std::to_string(recipe.iterations), std::to_string(recipe.batch),
                   duration_text(cost.seconds)});
    runs.push_back({{"network", cost.plan->name},
                    {"seed", cost.plan->seed},
                    {"parameters", cost.summary.parameters},
                    {"macs", cost.summary.macs},
                    {"iterations", recipe.iterations},
                    {"batch", recipe.batch},
                    {"seconds", cost.seconds}});
  }
  if (json) {
    list.push_back({{"file", file},
                    {"name", experiment.name},
                    {"runs", std::move(runs)},
                    {"seconds", total},
                    {"missing", missing}});
    return;
  }
  fmt::print("{}: {} is valid\n", file, experiment.name);
  if (!experiment.why.empty()) fmt::print("{}\n", experiment.why);
  fmt::print("\ndata: {}\n", experiment.data.source->describe());
  for (const auto& line : missing) fmt::print("missing: {}\n", line);
  fmt::print(
      "\n{}\n{} runs, {} expectations; about {} with {} threads (training alone, from the "
      "multiply-adds and a measured resnet-14)\n",
      table.text(), costs.size(), experiment.expectations.size(), duration_text(total),
      compute.threads);
}

}  // namespace

int check_command(int argc, const char* const* argv) {
  cxxopts::Options options("reslab check",
                           "Validate experiment files, list their runs and estimate the training "
                           "time on this machine. Needs no data.");
  options.positional_help("FILE…").add_options()("set", "Change a value of the file",
                                                 cxxopts::value<std::vector<std::string>>(),
                                                 "POINTER=VALUE")(
      "json", "Print the results as JSON")("files", "", cxxopts::value<std::vector<std::string>>());
  add_compute_options(options);
  options.parse_positional("files");
  const auto given = parse_arguments(options, argc, argv);
  if (!given) return kDone;
  const auto files = values_of(*given, "files");
  if (files.empty())
    throw InvalidInput("reslab check: no experiment given, expected reslab check FILE…");
  const auto compute = read_compute_options(*given);

  Speed speed(compute.device);
  Json list = Json::array();
  Mistakes mistakes;
  for (const auto& file : files) {
    try {
      check_file(file, values_of(*given, "set"), compute, speed, given->count("json") > 0, list);
    } catch (const InvalidInput& error) {
      mistakes.add_lines(error.lines());
    }
  }
  if (given->count("json") > 0) fmt::print("{}\n", list.dump(2));
  mistakes.raise();
  return kDone;
}

}  // namespace reslab::app
