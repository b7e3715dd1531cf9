#include <algorithm>
#include <cstdio>
#include <map>

#include <fmt/format.h>
#include <unistd.h>

#include "app/bench/step_timer.h"
#include "app/command/arguments.h"
#include "app/command/command.h"
#include "app/command/compute_options.h"
#include "app/config/json.h"
#include "app/report/numbers.h"
#include "app/report/table.h"
#include "app/runs/environment.h"
#include "app/runs/terminal.h"
#include "reslab/base/compat.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/base/median.h"
#include "reslab/base/memory.h"
#include "reslab/execution/execution.h"
#include "reslab/model/network_name.h"
#include "reslab/model/summary.h"
#include "reslab/train/recipe.h"

namespace reslab::app {
namespace {

/// The values as the command line takes them, by the settings' names.
using Words = std::map<std::string, std::string>;

std::vector<NetworkSpec> networks_of(const cxxopts::ParseResult& parsed, Work work) {
  if (!has_network(work)) return {};
  auto names = positional_of(parsed);
  const bool traced = parsed.count("trace") > 0;
  if (traced && names.size() > 1)
    throw InvalidInput("--trace: expected one network, found " + std::to_string(names.size()));
  if (names.empty()) {
    names = {"resnet-20"};
    if (!traced) names.emplace_back(work == Work::predict ? "resnet-18" : "resnet-56");
  }
  std::vector<NetworkSpec> networks;
  for (const auto& text : names) networks.push_back(parse_network(text));
  return networks;
}

struct Measured {
  std::string network;  // or the source of the images
  std::vector<double> seconds;
};

void print_table(const std::vector<Measured>& results, const StepTiming& timing, const Words& words,
                 int threads) {
  fmt::print("{} in {}, {} kernels, batch {}, {}; median of {} after {} (least to most)\n\n",
             words.at("work"), words.at("precision"), words.at("kernels"), timing.recipe.batch,
             counted(threads, "thread"), counted(timing.steps, "step"), timing.warmup);
  Table table;
  table.add_column(has_network(timing.work) ? "network" : "images from", Table::Align::left);
  table.add_columns(Table::Align::right, {"images/s", "ms a step"});
  for (const auto& result : results) {
    const auto [least, most] = std::ranges::minmax(result.seconds);
    const auto middle = median(result.seconds);
    table.add_row({result.network,
                   fmt::format("{:.1f}", static_cast<double>(timing.recipe.batch) / middle),
                   fmt::format("{:.1f} ({:.1f} … {:.1f})", 1e3 * middle, 1e3 * least, 1e3 * most)});
  }
  fmt::print("{}", table.text(text_columns(STDOUT_FILENO)));
}

void print_json(const std::vector<Measured>& results, const StepTiming& timing, const Words& words,
                int threads) {
  const auto environment = read_environment();
  Json list = Json::array();
  for (const auto& result : results)
    list.push_back(
        {{"network", result.network},
         {"work", words.at("work")},
         {"precision", words.at("precision")},
         {"kernels", words.at("kernels")},
         {"batch", timing.recipe.batch},
         {"threads", threads},
         {"images_per_second", static_cast<double>(timing.recipe.batch) / median(result.seconds)},
         {"step_seconds", result.seconds}});
  const Json json = {{"results", std::move(list)},
                     {"device", timing.device.str()},
                     {"peak_memory", peak_memory()},
                     {"peak_device_memory", compat::peak_device_memory(timing.device)},
                     {"torch", environment.torch},
                     {"torch_library", environment.torch_library},
                     {"instructions", environment.instructions},
                     {"processor", environment.processor}};
  fmt::print("{}\n", json.dump());
}

}  // namespace

int bench_command(int argc, const char* const* argv) {
  const auto parsed = parse_arguments("bench", argc, argv);
  if (!parsed) return kDone;

  const auto compute = read_compute_options(*parsed);
  const auto& settings = step_settings();
  StepTiming timing;
  for (const auto& setting : settings) settings.set(setting, timing, read_option(*parsed, setting));
  timing.recipe.precision = resolve(timing.recipe.precision, compute.device);
  Words words;
  for (const auto& setting : settings) words[setting.name] = to_text(settings.get(setting, timing));
  timing.device = compute.device;
  timing.trace = value_of(*parsed, "trace");
  const auto networks = networks_of(*parsed, timing.work);
  if (!timing.trace.empty()) GrowingFile(timing.trace).append("");  // throws if it cannot

  std::vector<Measured> results;
  if (!has_network(timing.work)) results.push_back({"JPEG files", time_steps(timing)});
  for (const auto& network : networks) {
    timing.network = network;
    timing.image_size = default_image_size(network);
    results.push_back({name(network), time_steps(timing)});
  }
  const auto print = parsed->count("json") > 0 ? print_json : print_table;
  print(results, timing, words, compute.threads);
  return kDone;
}

}  // namespace reslab::app
