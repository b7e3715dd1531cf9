#include <set>

#include <fmt/format.h>

#include "app/bench/estimate.h"
#include "app/command/arguments.h"
#include "app/command/command.h"
#include "app/command/compute_options.h"
#include "app/report/numbers.h"
#include "app/report/table.h"
#include "app/runs/data_sets.h"
#include "app/runs/initial_weights.h"
#include "app/runs/progress.h"
#include "app/runs/run_checks.h"

namespace reslab::app {
namespace {

/// Prints what the file would run. With `images`, decodes all images of its data. Returns whether
/// all of them can be read.
bool check_file(const std::string& file, const std::vector<std::string>& assignments,
                const ComputeOptions& compute, const Speed& speed, bool images, bool json,
                Json& list) {
  auto experiment = load_experiment(file, assignments);
  const auto source = make_source(experiment.data);
  auto missing = source->file_errors(Splits::all);
  for (const auto& [images_of_runs, indices] : by_data(experiment))
    if (const auto outline = images_of_runs->outline()) fit_to_data(experiment, indices, *outline);
  std::set<std::string> names;
  for (const auto& plan : experiment.runs)
    if (names.insert(plan.name).second)
      for (auto& line : initial_weights_errors(plan)) missing.push_back(std::move(line));
  const auto unreadable = images ? source->unreadable_images() : std::vector<std::string>();
  const auto costs = estimate(experiment, speed);
  double total = 0;
  Table table;
  table.add_column("network", Table::Align::left);
  table.add_columns(Table::Align::right,
                    {"seed", "parameters", "multiply-adds", "iterations", "batch", "about"});
  Json runs = Json::array();
  for (std::size_t i = 0; i < costs.size(); ++i) {
    const auto& [summary, seconds] = costs[i];
    const auto& plan = experiment.runs[i];
    const auto& recipe = plan.recipe;
    total += seconds;
    table.add_row({plan.name, std::to_string(plan.seed), short_number(summary.parameters),
                   short_number(summary.macs), std::to_string(recipe.iterations),
                   std::to_string(recipe.batch), duration_text(seconds)});
    runs.push_back({{"network", plan.name},
                    {"seed", plan.seed},
                    {"parameters", summary.parameters},
                    {"macs", summary.macs},
                    {"iterations", recipe.iterations},
                    {"batch", recipe.batch},
                    {"seconds", seconds}});
  }
  if (json) {
    list.push_back({{"file", file},
                    {"name", experiment.name},
                    {"runs", std::move(runs)},
                    {"seconds", total},
                    {"data", source->describe(Splits::all)},
                    {"missing", missing},
                    {"unreadable", unreadable}});
    return unreadable.empty();
  }
  fmt::print("{}: {} is valid\n", file, experiment.name);
  if (!experiment.why.empty()) fmt::print("{}\n", experiment.why);
  fmt::print("\ndata: {}\n", source->describe(Splits::all));
  for (const auto& line : unreadable) fmt::print("unreadable: {}\n", line);
  if (images) fmt::print("{} cannot be read\n", counted(std::ssize(unreadable), "image"));
  for (const auto& line : missing) fmt::print("missing: {}\n", line);
  fmt::print(
      "\n{}\n{}, {}; about {} with {} (training without evaluation, estimated from the "
      "multiply-adds and the measured speed of a resnet-14)\n",
      table.text(), counted(std::ssize(costs), "run"),
      counted(std::ssize(experiment.expectations), "expectation"), duration_text(total),
      counted(compute.threads, "thread"));
  return unreadable.empty();
}

}  // namespace

int check_command(int argc, const char* const* argv) {
  const auto parsed = parse_arguments("check", argc, argv);
  if (!parsed) return kDone;
  const auto compute = read_compute_options(*parsed);
  const auto assignments = values_of(*parsed, "set");
  const bool json = parsed->count("json") > 0;

  const auto speed = measured_speed(compute.device);
  Json list = Json::array();
  InputErrors errors;
  bool readable = true;
  for (const auto& file : positional_of(*parsed))
    errors.gather([&] {
      readable &=
          check_file(file, assignments, compute, speed, parsed->count("images") > 0, json, list);
    });
  if (json) fmt::print("{}\n", indented(list));
  errors.raise();
  return readable ? kDone : kInvalidInput;
}

}  // namespace reslab::app
