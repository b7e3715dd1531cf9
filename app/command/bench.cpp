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
#include "reslab/model/summary.h"
#include "reslab/train/precision.h"

namespace reslab::app {
namespace {

const std::vector<std::pair<std::string, Precision>> kPrecisions = {
    {"float32", Precision::float32}, {"bfloat16", Precision::bfloat16}};

Precision read_precision(const std::string& text, at::Device device) {
  if (text == "auto") return resolve(Precision::automatic, device);
  for (const auto& [name, precision] : kPrecisions)
    if (name == text) return precision;
  throw InvalidInput("reslab bench: --precision: expected auto, float32 or bfloat16, found '" +
                     text + "'");
}

std::string precision_text(Precision precision) {
  return std::ranges::find(kPrecisions, precision, [](const auto& p) { return p.second; })->first;
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
  std::string network;
  std::vector<double> seconds;
};

void print_table(const std::vector<Measured>& results, const StepTiming& timing, int threads) {
  fmt::print(
      "training in {}, batch {}, threads {}; median of {} steps after {} (least to most)\n\n",
      precision_text(timing.precision), timing.batch, threads, timing.steps, timing.warmup);
  Table table;
  table.add_column("network", Table::Align::left);
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
         {"precision", precision_text(timing.precision)},
         {"batch", timing.batch},
         {"threads", threads},
         {"images_per_second", static_cast<double>(timing.batch) / median(result.seconds)},
         {"step_seconds", result.seconds}});
  const Json json = {{"results", std::move(list)},
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
  options.positional_help("[NETWORK…]")
      .add_options()("batch", "images a step", number("128"), "N")(
          "precision", "auto, float32 or bfloat16",
          cxxopts::value<std::string>()->default_value("auto"),
          "PRECISION")("steps", "that are measured", number("10"), "N")(
          "warmup", "steps before them", number("3"), "N")("json", "print everything as JSON")(
          "networks", "", cxxopts::value<std::vector<std::string>>());
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
  timing.precision = read_precision((*given)["precision"].as<std::string>(), timing.device);
  auto names = values_of(*given, "networks");
  if (names.empty()) names = {"resnet-20", "resnet-56"};
  std::vector<NetworkSpec> networks;
  for (const auto& text : names) networks.push_back(parse_network(text));

  std::vector<Measured> results;
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
