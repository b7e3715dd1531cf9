#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/command/arguments.h"
#include "app/command/command.h"
#include "app/command/compute_options.h"
#include "app/config/json.h"
#include "app/report/numbers.h"
#include "app/report/table.h"
#include "reslab/base/error.h"
#include "reslab/model/network_name.h"
#include "reslab/model/summary.h"

namespace reslab::app {
namespace {

struct Described {
  std::string name;
  std::int64_t size = 0;
  NetworkSpec spec;
  NetworkSummary summary;
  // With --kernels: the policy and the implementation of each layer.
  std::optional<Execution> execution;
  std::map<std::string, Implementation> training, evaluation;
};

Precision parse_precision(const std::string& text) {
  if (text == "auto") return Precision::automatic;
  if (text == "float32") return Precision::float32;
  if (text == "bfloat16") return Precision::bfloat16;
  throw InvalidInput("reslab describe: --precision: expected auto, float32 or bfloat16, found '" +
                     text + "'");
}

/// Finds the implementations of the layers under `execution`.
void add_kernels(Described& described, const Execution& execution) {
  auto spec = described.spec;
  spec.survival = 1;  // stochastic depth would leave layers out
  const auto network = make_network(spec, 1);
  move_to_device(*network, execution.device);
  described.execution = execution;
  described.training = implementations(*network, described.size, execution, true);
  described.evaluation = implementations(*network, described.size, execution, false);
}

/// The layer's implementation as text; empty if it is computed together with the layer before it.
std::string kernel_text(const std::map<std::string, Implementation>& by_layer,
                        const std::string& layer) {
  const auto found = by_layer.find(layer);
  return found == by_layer.end() ? "" : to_text(found->second);
}

void print_kernels(const Described& described) {
  fmt::print("{}, images {} × {} × {}, {} on {}\n\n", described.name, described.spec.in_channels,
             described.size, described.size,
             described.execution->precision == Precision::bfloat16 ? "bfloat16" : "float32",
             described.execution->device.str());
  Table table;
  for (const auto* heading : {"layer", "operation", "training", "evaluation"})
    table.add_column(heading, Table::Align::left);
  for (const auto& layer : described.summary.layers)
    table.add_row({layer.name, layer.operation, kernel_text(described.training, layer.name),
                   kernel_text(described.evaluation, layer.name)});
  fmt::print("{}", table.text());
}

Described describe_network(const NetworkSpec& spec, std::int64_t size) {
  const auto image = size > 0 ? size : default_image_size(spec.family);
  return {name(spec), image, spec, summarize(*make_network(spec, 1), image), {}, {}, {}};
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  return fmt::format("{}", fmt::join(shape, " × "));
}

void print_table(const Described& described) {
  if (described.execution) return print_kernels(described);
  fmt::print("{}, images {} × {} × {}\n\n", described.name, described.spec.in_channels,
             described.size, described.size);
  Table table;
  table.add_column("layer", Table::Align::left);
  table.add_column("operation", Table::Align::left);
  table.add_column("output", Table::Align::left);
  table.add_column("parameters", Table::Align::right);
  table.add_column("multiply-adds", Table::Align::right);
  for (const auto& layer : described.summary.layers)
    table.add_row({layer.name, layer.operation, shape_text(layer.output), grouped(layer.parameters),
                   layer.macs == 0 ? "" : grouped(layer.macs)});
  table.add_row(
      {"total", "", "", grouped(described.summary.parameters), grouped(described.summary.macs)});
  fmt::print("{}\n{} parameters, {} multiply-adds per image (convolutions and linear layers)\n",
             table.text(), short_number(described.summary.parameters),
             short_number(described.summary.macs));
}

/// One row per network, to compare them.
void print_overview(const std::vector<Described>& all) {
  Table table;
  table.add_column("network", Table::Align::left);
  for (const auto* heading : {"layers", "image", "parameters", "multiply-adds"})
    table.add_column(heading, Table::Align::right);
  for (const auto& described : all)
    table.add_row({described.name, std::to_string(described.spec.depth),
                   fmt::format("{0} × {0}", described.size),
                   short_number(described.summary.parameters),
                   short_number(described.summary.macs)});
  fmt::print("{}", table.text());
}

Json to_json(const Described& described) {
  Json layers = Json::array();
  for (const auto& layer : described.summary.layers) {
    Json json = {{"name", layer.name},
                 {"operation", layer.operation},
                 {"output", layer.output},
                 {"parameters", layer.parameters},
                 {"macs", layer.macs}};
    if (described.execution)
      json["kernels"] = {{"training", kernel_text(described.training, layer.name)},
                         {"evaluation", kernel_text(described.evaluation, layer.name)}};
    layers.push_back(std::move(json));
  }
  return {{"network", described.name},      {"depth", described.spec.depth},
          {"image_size", described.size},   {"parameters", described.summary.parameters},
          {"macs", described.summary.macs}, {"layers", std::move(layers)}};
}

std::vector<NetworkSpec> read_networks(const std::vector<std::string>& names) {
  if (names.empty())
    throw InvalidInput(
        "reslab describe: no network given, expected e.g. reslab describe resnet-110");
  std::vector<NetworkSpec> networks;
  std::vector<std::string> errors;
  for (const auto& text : names) {
    try {
      networks.push_back(parse_network(text));
    } catch (const InvalidInput& invalid) {
      errors.insert(errors.end(), invalid.lines().begin(), invalid.lines().end());
    }
  }
  if (!errors.empty()) throw InvalidInput(errors);
  return networks;
}

void refuse_small_images(const std::vector<NetworkSpec>& networks, std::int64_t size) {
  std::vector<std::string> errors;
  for (const auto& network : networks)
    if (const auto smallest = smallest_image_size(network.family); size > 0 && size < smallest)
      errors.push_back(
          fmt::format("reslab describe: --size: {} takes images of at least {} × {}, "
                      "found {}",
                      name(network), smallest, smallest, size));
  if (!errors.empty()) throw InvalidInput(errors);
}

}  // namespace

int describe_command(int argc, const char* const* argv) {
  cxxopts::Options options("reslab describe",
                           "Show layers, shapes, parameters and multiply-adds of networks, or what "
                           "computes their layers on this machine.");
  options.positional_help("NETWORK…")
      .add_options()("size", "Height and width of the images; 0: as in the paper, 32 or 224",
                     cxxopts::value<std::int64_t>()->default_value("0"), "PIXELS")(
          "kernels", "Show what computes each layer in training and in evaluation")(
          "precision", "With --kernels: auto, float32 or bfloat16",
          cxxopts::value<std::string>()->default_value("auto"),
          "WORD")("json", "Print the results as JSON")("networks", "",
                                                       cxxopts::value<std::vector<std::string>>());
  add_compute_options(options);
  options.parse_positional("networks");
  const auto given = parse_arguments(options, argc, argv);
  if (!given) return kDone;
  const auto size = (*given)["size"].as<std::int64_t>();
  constexpr std::int64_t kLargestImage = 4096;
  if (size < 0 || size > kLargestImage)
    throw InvalidInput(
        fmt::format("reslab describe: --size: expected 0 to {}, found {}", kLargestImage, size));

  const auto device = read_compute_options(*given).device;
  const auto precision = parse_precision((*given)["precision"].as<std::string>());
  const auto networks = read_networks(values_of(*given, "networks"));
  refuse_small_images(networks, size);
  std::vector<Described> all;
  for (const auto& network : networks) all.push_back(describe_network(network, size));
  if (given->count("kernels") > 0)
    for (auto& described : all)
      add_kernels(described, {resolve(precision, device), Kernels::fused, device});
  if (given->count("json") > 0) {
    Json json = Json::array();
    for (const auto& described : all) json.push_back(to_json(described));
    fmt::print("{}\n", json.dump(2));
    return kDone;
  }
  for (const auto& described : all) {
    print_table(described);
    if (all.size() > 1) fmt::print("\n");
  }
  if (all.size() > 1) print_overview(all);
  return kDone;
}

}  // namespace reslab::app
