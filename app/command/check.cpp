#include "app/command/check.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "app/command/command.h"
#include "app/config/run_identity.h"
#include "app/report/numbers.h"
#include "app/report/table.h"
#include "app/runs/data_sets.h"
#include "app/runs/environment.h"
#include "app/runs/machine_speed.h"
#include "app/runs/progress.h"
#include "app/runs/run_checks.h"
#include "reslab/data/parallel.h"
#include "reslab/model/network_name.h"

namespace reslab::app {
namespace {

/// The speed of this machine: read from the cache file, or measured and stored there with --time.
class Rates {
 public:
  /// `libtorch` is needed to measure.
  Rates(const cxxopts::ParseResult& parsed, const CheckWithLibTorch* libtorch)
      : threads_(threads_of(parsed)),
        on_cpu_(libtorch == nullptr || libtorch->on_cpu),
        measures_(parsed.count("time") > 0),
        libtorch_(libtorch),
        speeds_(MachineSpeeds::usual_file()) {}

  std::optional<ComputeRate> of(const RunPlan& plan, std::int64_t macs) {
    if (measures_) return measured(plan.recipe.precision, plan.recipe.kernels);
    if (!on_cpu_) return {};  // the file does not tell GPUs apart
    const auto found = speeds_.find(conditions(plan.recipe.precision, plan.recipe.kernels),
                                    name(plan.network), macs);
    if (!found) return {};
    networks_.insert(found->network);
    return ComputeRate{found->training, found->evaluation};
  }

  int threads() const { return threads_; }

  /// The networks in the cache file whose speeds were used.
  std::string networks() const { return joined(networks_, ", ", std::identity()); }

 private:
  SpeedConditions conditions(Precision precision, Kernels kernels) const {
    return speed_conditions(environment_, threads_, resolve_on_cpu(precision), kernels);
  }

  ComputeRate measured(Precision precision, Kernels kernels) {
    const auto network = measured_network();
    networks_.insert(name(network));
    const auto [known, is_new] = measured_.try_emplace({precision, kernels});
    if (!is_new) return known->second;
    const auto rate = known->second = libtorch_->measure_rate(precision, kernels);
    if (on_cpu_)
      speeds_.remember(conditions(precision, kernels),
                       {name(network), count_network(network, default_image_size(network)).macs,
                        rate.training, rate.evaluation});
    return rate;
  }

  int threads_;
  bool on_cpu_;
  bool measures_;
  const CheckWithLibTorch* libtorch_;
  Environment environment_ = basic_environment();
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
  std::string file;
  Experiment experiment;
  std::vector<std::string> data;     // a description of each data set
  std::vector<std::string> missing;  // files that a run needs
  std::vector<std::string> unreadable;
  std::vector<RunCost> costs;
};

bool starts_from_files(const Experiment& experiment) {
  return std::ranges::any_of(experiment.runs,
                             [](const RunPlan& plan) { return !plan.recipe.init.empty(); });
}

/// Finishes the check of a file whose experiment is known.
void check_runs(Checked& checked, const CheckOptions& options, Rates& rates,
                const CheckWithLibTorch* libtorch) {
  auto& experiment = checked.experiment;
  for (const auto& [source, indices] : by_data(experiment)) {
    checked.data.push_back(describe(experiment.runs[indices.front()].data, *source, Splits::all));
    for (auto& line : source->file_errors(Splits::all)) checked.missing.push_back(std::move(line));
    if (const auto outline = source->outline()) fit_to_data(experiment, indices, *outline);
    if (options.images)
      for (auto& line : source->unreadable_images()) checked.unreadable.push_back(std::move(line));
  }
  if (libtorch != nullptr) {
    std::set<std::string> names;
    for (const auto& plan : experiment.runs)
      if (names.insert(plan.name).second)
        for (auto& line : libtorch->initial_weights_errors(plan))
          checked.missing.push_back(std::move(line));
  }
  checked.costs = estimate(experiment, [&rates](const RunPlan& plan, std::int64_t macs) {
    return rates.of(plan, macs);
  });
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

Json json_of(const Checked& checked) {
  Json runs = Json::array();
  for (std::size_t i = 0; i < checked.costs.size(); ++i) {
    const auto& cost = checked.costs[i];
    const auto& plan = checked.experiment.runs[i];
    runs.push_back({{"network", plan.name},
                    {"seed", plan.seed},
                    {"parameters", cost.network.parameters},
                    {"macs", cost.network.macs},
                    {"iterations", plan.recipe.iterations},
                    {"batch", plan.recipe.batch},
                    {"seconds", seconds_json(seconds_of({cost}))},
                    {"evaluation_seconds", seconds_json(cost.evaluations)},
                    {"identity", identity(plan)}});
  }
  return {{"file", checked.file},
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
    table.add_row({plan.name, std::to_string(plan.seed), short_number(cost.network.parameters),
                   short_number(cost.network.macs), std::to_string(plan.recipe.iterations),
                   std::to_string(plan.recipe.batch), seconds ? about(*seconds) : ""});
  }
  return table.text();
}

std::string time_text(const Checked& checked, const Rates& rates) {
  const auto seconds = seconds_of(checked.costs);
  if (!seconds)
    return fmt::format(
        "no measurement of this machine with {} yet; --time measures, and so does "
        "a run",
        counted(rates.threads(), "thread"));
  const auto evaluations = *total(checked.costs, &RunCost::evaluations);
  const auto share =
      evaluations > 0 ? about(evaluations) + " of it for evaluations" : "without evaluations";
  return fmt::format("about {} with {}, {} (from the speed of {} on this machine)", about(*seconds),
                     counted(rates.threads(), "thread"), share, rates.networks());
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

void print(const Checked& checked, const CheckOptions& options, const Rates& rates) {
  fmt::print("{}: {} is valid\n", checked.file, checked.experiment.name);
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
             time_text(checked, rates));
}

/// Whether there is a GPU that LibTorch may find: NVIDIA's or AMD's driver, or WSL's.
bool may_have_gpu() {
  return std::ranges::any_of(std::array{"/dev/nvidiactl", "/dev/kfd", "/dev/dxg"},
                             [](const char* file) { return std::filesystem::exists(file); });
}

}  // namespace

int check_command(int argc, const char* const* argv) {
  const auto parsed = parse_arguments("check", argc, argv);
  if (!parsed) return kDone;
  const auto device = (*parsed)["device"].as<std::string>();
  const bool on_cpu = device == "cpu" || (device == "auto" && !may_have_gpu());
  return on_cpu && parsed->count("time") == 0 ? check(*parsed, nullptr) : kNeedsLibTorch;
}

int check(const cxxopts::ParseResult& parsed, const CheckWithLibTorch* libtorch) {
  const CheckOptions options{values_of(parsed, "set"), parsed.count("images") > 0,
                             parsed.count("json") > 0};
  Rates rates(parsed, libtorch);
  limit_worker_count(rates.threads());
  std::vector<Checked> files;
  InputErrors errors;
  for (const auto& file : positional_of(parsed))
    errors.gather([&] {
      files.push_back({file, load_experiment(file, options.assignments), {}, {}, {}, {}});
    });
  if (libtorch == nullptr && std::ranges::any_of(files, starts_from_files, &Checked::experiment))
    return kNeedsLibTorch;
  Json list = Json::array();
  bool readable = true;
  for (auto& checked : files)
    errors.gather([&] {
      check_runs(checked, options, rates, libtorch);
      readable &= checked.unreadable.empty();
      if (options.json)
        list.push_back(json_of(checked));
      else
        print(checked, options, rates);
    });
  if (options.json) fmt::print("{}\n", indented(list));
  errors.raise();
  return readable ? kDone : kInvalidInput;
}

}  // namespace reslab::app
