#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "app/bench/estimate.h"
#include "app/command/arguments.h"
#include "app/command/command.h"
#include "app/command/compute_options.h"
#include "app/config/run_identity.h"
#include "app/report/numbers.h"
#include "app/report/table.h"
#include "app/runs/data_sets.h"
#include "app/runs/environment.h"
#include "app/runs/initial_weights.h"
#include "app/runs/machine_speed.h"
#include "app/runs/progress.h"
#include "app/runs/run_checks.h"
#include "reslab/execution/execution.h"
#include "reslab/model/network_name.h"

namespace reslab::app {
namespace {

/// The speed of this machine: read from the cache file, or measured and stored there with --time.
class Rates {
 public:
  Rates(const ComputeOptions& compute, bool measures)
      : compute_(compute), measures_(measures), speeds_(MachineSpeeds::usual_file()) {}

  std::optional<ComputeRate> of(const RunPlan& plan, std::int64_t macs) {
    const auto precision = resolve(plan.recipe.precision, compute_.device);
    if (measures_) return measured(precision, plan.recipe.kernels);
    if (!compute_.device.is_cpu()) return {};  // the file does not tell GPUs apart
    const auto found =
        speeds_.find(conditions(precision, plan.recipe.kernels), name(plan.network), macs);
    if (!found) return {};
    networks_.insert(found->network);
    return ComputeRate{found->training, found->evaluation};
  }

  /// The networks in the cache file whose speeds were used.
  std::string networks() const { return joined(networks_, ", ", std::identity()); }

 private:
  SpeedConditions conditions(Precision precision, Kernels kernels) const {
    return speed_conditions(environment_, compute_.threads, precision, kernels);
  }

  ComputeRate measured(Precision precision, Kernels kernels) {
    const auto [known, is_new] = measured_.try_emplace({precision, kernels});
    networks_.insert(kMeasuredNetwork);
    if (!is_new) return known->second;
    const auto rate = known->second = measure_rate(precision, kernels, compute_.device);
    if (compute_.device.is_cpu()) {
      const auto network = make_network(parse_network(kMeasuredNetwork), 1);
      speeds_.remember(
          conditions(precision, kernels),
          {kMeasuredNetwork, summarize(*network, default_image_size(network->spec())).macs,
           rate.training, rate.evaluation});
    }
    return rate;
  }

  const ComputeOptions& compute_;
  bool measures_;
  Environment environment_ = read_environment();
  MachineSpeeds speeds_;
  std::map<std::pair<Precision, Kernels>, ComputeRate> measured_;
  std::set<std::string> networks_;
};

struct CheckOptions {
  std::vector<std::string> assignments;
  bool images = false;
  bool json = false;
};

/// The result of checking one file.
struct Checked {
  Experiment experiment;
  std::vector<std::string> data;     // a description of each data set
  std::vector<std::string> missing;  // files that a run needs
  std::vector<std::string> unreadable;
  std::vector<RunCost> costs;
};

Checked check(const std::string& file, const CheckOptions& options, Rates& rates) {
  Checked checked;
  checked.experiment = load_experiment(file, options.assignments);
  auto& experiment = checked.experiment;
  for (const auto& [source, indices] : by_data(experiment)) {
    checked.data.push_back(describe(experiment.runs[indices.front()].data, *source, Splits::all));
    for (auto& line : source->file_errors(Splits::all)) checked.missing.push_back(std::move(line));
    if (const auto outline = source->outline()) fit_to_data(experiment, indices, *outline);
    if (options.images)
      for (auto& line : source->unreadable_images()) checked.unreadable.push_back(std::move(line));
  }
  std::set<std::string> names;
  for (const auto& plan : experiment.runs)
    if (names.insert(plan.name).second)
      for (auto& line : initial_weights_errors(plan)) checked.missing.push_back(std::move(line));
  checked.costs = estimate(experiment, [&rates](const RunPlan& plan, std::int64_t macs) {
    return rates.of(plan, macs);
  });
  return checked;
}

/// The seconds of all runs together, or nothing if the cost of one is unknown.
std::optional<double> total(const std::vector<RunCost>& costs,
                            std::optional<double> RunCost::* part) {
  double sum = 0;
  for (const auto& cost : costs) {
    if (!(cost.*part)) return {};
    sum += *(cost.*part);
  }
  return sum;
}

std::optional<double> seconds_of(const std::vector<RunCost>& costs) {
  const auto training = total(costs, &RunCost::training);
  const auto evaluations = total(costs, &RunCost::evaluations);
  return training && evaluations ? std::optional(*training + *evaluations) : std::nullopt;
}

Json seconds_json(const std::optional<double>& seconds) {
  return seconds ? Json(*seconds) : Json();
}

Json json_of(const std::string& file, const Checked& checked) {
  Json runs = Json::array();
  for (std::size_t i = 0; i < checked.costs.size(); ++i) {
    const auto& cost = checked.costs[i];
    const auto& plan = checked.experiment.runs[i];
    runs.push_back({{"network", plan.name},
                    {"seed", plan.seed},
                    {"parameters", cost.summary.parameters},
                    {"macs", cost.summary.macs},
                    {"iterations", plan.recipe.iterations},
                    {"batch", plan.recipe.batch},
                    {"seconds", seconds_json(seconds_of({cost}))},
                    {"evaluation_seconds", seconds_json(cost.evaluations)},
                    {"identity", identity(plan)}});
  }
  return {{"file", file},
          {"name", checked.experiment.name},
          {"runs", std::move(runs)},
          {"seconds", seconds_json(seconds_of(checked.costs))},
          {"data", checked.data},
          {"missing", checked.missing},
          {"unreadable", checked.unreadable}};
}

std::string about(double seconds) { return seconds < 1 ? "under 1 s" : duration_text(seconds); }

std::string table_of(const Checked& checked) {
  Table table;
  table.add_column("network", Table::Align::left);
  table.add_columns(Table::Align::right,
                    {"seed", "parameters", "multiply-adds", "iterations", "batch", "about"});
  for (std::size_t i = 0; i < checked.costs.size(); ++i) {
    const auto& cost = checked.costs[i];
    const auto& plan = checked.experiment.runs[i];
    const auto seconds = seconds_of({cost});
    table.add_row({plan.name, std::to_string(plan.seed), short_number(cost.summary.parameters),
                   short_number(cost.summary.macs), std::to_string(plan.recipe.iterations),
                   std::to_string(plan.recipe.batch), seconds ? about(*seconds) : ""});
  }
  return table.text();
}

std::string time_text(const Checked& checked, const Rates& rates, int threads) {
  const auto seconds = seconds_of(checked.costs);
  if (!seconds)
    return fmt::format(
        "no measurement of this machine with {} yet; --time measures, and so does "
        "a run",
        counted(threads, "thread"));
  const auto evaluations = *total(checked.costs, &RunCost::evaluations);
  const auto share =
      evaluations > 0 ? about(evaluations) + " of it for evaluations" : "without evaluations";
  return fmt::format("about {} with {}, {} (from the speed of {} on this machine)", about(*seconds),
                     counted(threads, "thread"), share, rates.networks());
}

/// Returns a line for each schedule whose steps come after the end of the training.
std::set<std::string> notes_on(const Experiment& experiment) {
  std::set<std::string> notes;
  for (const auto& plan : experiment.runs) {
    const auto& rate = plan.recipe.learning_rate;
    const auto* steps = std::get_if<Steps>(&rate.schedule);
    if (steps == nullptr || steps->at.empty() || rate.unit != ScheduleUnit::iterations) continue;
    if (std::ranges::min(steps->at) < static_cast<double>(plan.recipe.iterations)) continue;
    notes.insert(fmt::format(
        "the learning rate stays at {}: its steps at {} come after the last "
        "iteration, {}",
        to_text(steps->start), joined(steps->at, ", ", [](double at) { return to_text(at); }),
        plan.recipe.iterations));
  }
  return notes;
}

void print(const std::string& file, const Checked& checked, const CheckOptions& options,
           const Rates& rates, int threads) {
  fmt::print("{}: {} is valid\n", file, checked.experiment.name);
  if (!checked.experiment.why.empty()) fmt::print("{}\n", checked.experiment.why);
  fmt::print("\n");
  for (const auto& line : checked.data) fmt::print("data: {}\n", line);
  for (const auto& line : checked.unreadable) fmt::print("unreadable: {}\n", line);
  if (options.images)
    fmt::print("{} cannot be read\n", counted(std::ssize(checked.unreadable), "image"));
  for (const auto& line : checked.missing) fmt::print("missing: {}\n", line);
  for (const auto& line : notes_on(checked.experiment)) fmt::print("note: {}\n", line);
  fmt::print("\n{}\n{}, {}; {}\n", table_of(checked), counted(std::ssize(checked.costs), "run"),
             counted(std::ssize(checked.experiment.expectations), "expectation"),
             time_text(checked, rates, threads));
}

}  // namespace

int check_command(int argc, const char* const* argv) {
  const auto parsed = parse_arguments("check", argc, argv);
  if (!parsed) return kDone;
  const auto compute = read_compute_options(*parsed);
  const CheckOptions options{values_of(*parsed, "set"), parsed->count("images") > 0,
                             parsed->count("json") > 0};
  Rates rates(compute, parsed->count("time") > 0);
  Json list = Json::array();
  InputErrors errors;
  bool readable = true;
  for (const auto& file : positional_of(*parsed))
    errors.gather([&] {
      const auto checked = check(file, options, rates);
      readable &= checked.unreadable.empty();
      if (options.json)
        list.push_back(json_of(file, checked));
      else
        print(file, checked, options, rates, compute.threads);
    });
  if (options.json) fmt::print("{}\n", indented(list));
  errors.raise();
  return readable ? kDone : kInvalidInput;
}

}  // namespace reslab::app
