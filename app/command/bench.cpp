#include "app/command/bench.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "app/command/arguments.h"
#include "app/command/command.h"
#include "app/command/step_timer.h"
#include "app/command/surroundings.h"
#include "app/experiment/environment.h"
#include "app/experiment/json.h"
#include "app/report/table.h"
#include "reslab/error.h"
#include "reslab/model/network_name.h"
#include "reslab/model/summary.h"
#include "reslab/peak_memory.h"
#include "reslab/train/precision.h"

namespace reslab::app {
namespace {

template <class Enum>
using Names = std::vector<std::pair<std::string, Enum>>;

const Names<Precision> kPrecisions = {{"auto", Precision::automatic},
                                      {"float32", Precision::float32},
                                      {"bfloat16", Precision::bfloat16}};
const Names<Work> kWorks = {{"training", Work::training},
                            {"evaluation", Work::evaluation},
                            {"convolutions", Work::convolutions},
                            {"input", Work::input},
                            {"decoder", Work::decoder}};
const Names<Kernels> kKernels = {{"fused", Kernels::fused}, {"aten", Kernels::aten}};

template <class Enum>
Enum read_choice(const cxxopts::ParseResult& given, const std::string& option,
                 const Names<Enum>& names) {
  const auto text = given[option].as<std::string>();
  std::string expected;
  for (const auto& [name, value] : names) {
    if (name == text) return value;
    expected += (expected.empty() ? "" : ", ") + name;
  }
  throw InvalidInput("reslab bench: --" + option + ": expected one of " + expected + ", found '" +
                     text + "'");
}

template <class Enum>
std::string text_of(Enum value, const Names<Enum>& names) {
  return std::ranges::find(names, value, [](const auto& entry) { return entry.second; })->first;
}

std::int64_t read_number(const cxxopts::ParseResult& given, const std::string& option,
                         std::int64_t low, std::int64_t high) {
  const auto number = given[option].as<std::int64_t>();
  if (number < low || number > high)
    throw InvalidInput(
        fmt::format("reslab bench: --{}: expected {} to {}, found {}", option, low, high, number));
  return number;
}

struct Measured {
  std::string network;  // or what images come from
  std::vector<double> seconds;
};

void print_table(const std::vector<Measured>& results, const StepTiming& timing, int threads) {
  fmt::print(
      "{} in {}, {} kernels, batch {}, threads {}; median of {} steps after {} (least to "
      "most)\n\n",
      text_of(timing.work, kWorks), text_of(timing.precision, kPrecisions),
      text_of(timing.kernels, kKernels), timing.batch, threads, timing.steps, timing.warmup);
  Table table;
  table.add_column(has_network(timing.work) ? "network" : "images from", Table::Align::left);
  table.add_column("images/s", Table::Align::right);
  table.add_column("ms a step", Table::Align::right);
  for (const auto& result : results) {
    const auto [least, most] = std::ranges::minmax(result.seconds);
    const auto middle = median(result.seconds);
    table.add_row({result.network,
                   fmt::format("{:.1f}", static_cast<double>(timing.batch) / middle),
                   fmt::format("{:.1f} ({:.1f} … {:.1f})", 1e3 * middle, 1e3 * least, 1e3 * most)});
  }
  fmt::print("{}", table.text());
}

void print_json(const std::vector<Measured>& results, const StepTiming& timing, int threads) {
  const auto environment = read_environment();
  Json list = Json::array();
  for (const auto& result : results)
    list.push_back(
        {{"network", result.network},
         {"work", text_of(timing.work, kWorks)},
         {"precision", text_of(timing.precision, kPrecisions)},
         {"kernels", text_of(timing.kernels, kKernels)},
         {"batch", timing.batch},
         {"threads", threads},
         {"images_per_second", static_cast<double>(timing.batch) / median(result.seconds)},
         {"step_seconds", result.seconds}});
  const Json json = {{"results", std::move(list)},
                     {"peak_memory", peak_memory()},
                     {"torch", environment.torch},
                     {"torch_library", environment.torch_library},
                     {"instructions", environment.instructions},
                     {"processor", environment.processor}};
  fmt::print("{}\n", json.dump());
}

}  // namespace

int bench(int argc, const char* const* argv) {
  cxxopts::Options options("reslab bench", "How fast networks train on this machine.");
  const auto number = [](const char* value) {
    return cxxopts::value<std::int64_t>()->default_value(value);
  };
  const auto word = [](const char* value) {
    return cxxopts::value<std::string>()->default_value(value);
  };
  options.positional_help("[NETWORK…]");
  auto add = options.add_options();
  add("work",
      "training, evaluation, convolutions (those of a training step alone); without a network: "
      "input (batches from JPEG files of 500×375 pixels), decoder (the same files decoded, no "
      "more)",
      word("training"), "WORK");
  add("batch", "images a step", number("128"), "N");
  add("precision", "auto, float32 or bfloat16", word("auto"), "PRECISION");
  add("kernels", "fused or aten: what computes all but convolutions", word("fused"), "KERNELS");
  add("steps", "that are measured", number("10"), "N");
  add("warmup", "steps before them", number("3"), "N");
  add("json", "print everything as JSON");
  add("networks", "", cxxopts::value<std::vector<std::string>>());
  add_surroundings(options);
  options.parse_positional("networks");
  const auto given = parse_arguments(options, argc, argv);
  if (!given) return kDone;

  StepTiming timing;
  const auto surroundings = read_surroundings(*given);
  timing.device = surroundings.device;
  timing.batch = read_number(*given, "batch", 2, 65536);
  timing.steps = read_number(*given, "steps", 1, 1'000'000);
  timing.warmup = read_number(*given, "warmup", 0, 1'000'000);
  timing.precision = resolve(read_choice(*given, "precision", kPrecisions), timing.device);
  timing.work = read_choice(*given, "work", kWorks);
  timing.kernels = read_choice(*given, "kernels", kKernels);
  auto names = values_of(*given, "networks");
  if (names.empty()) names = {"resnet-20", "resnet-56"};
  std::vector<NetworkSpec> networks;
  for (const auto& text : names) networks.push_back(parse_network(text));

  std::vector<Measured> results;
  if (!has_network(timing.work)) {
    networks.clear();
    results.push_back({"JPEG files", time_steps(timing)});
  }
  for (const auto& network : networks) {
    timing.network = network;
    timing.image_size = default_image_size(network.family);
    results.push_back({name(network), time_steps(timing)});
  }
  if (given->count("json") > 0)
    print_json(results, timing, surroundings.threads);
  else
    print_table(results, timing, surroundings.threads);
  return kDone;
}

}  // namespace reslab::app
