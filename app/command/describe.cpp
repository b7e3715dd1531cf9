#include <map>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "app/command/arguments.h"
#include "app/command/command.h"
#include "app/command/compute_options.h"
#include "app/command/network_diagram.h"
#include "app/command/network_stages.h"
#include "app/config/input_errors.h"
#include "app/config/json.h"
#include "app/report/numbers.h"
#include "app/report/table.h"
#include "app/runs/messages.h"
#include "app/runs/terminal.h"
#include "reslab/base/file.h"
#include "reslab/data/image_file.h"
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
  table.add_columns(Table::Align::left, {"layer", "operation", "training", "evaluation"});
  for (const auto& layer : described.summary.layers)
    table.add_row({layer.name, layer.operation, kernel_text(described.training, layer.name),
                   kernel_text(described.evaluation, layer.name)});
  fmt::print("{}", table.text(text_columns(STDOUT_FILENO)));
}

Described describe_network(const NetworkSpec& spec, std::int64_t size) {
  const auto image = size > 0 ? size : default_image_size(spec);
  return {name(spec), image, spec, summarize(*make_network(spec, 1), image), {}, {}, {}};
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  return fmt::format("{}", fmt::join(shape, " × "));
}

void print_layers(const Described& described) {
  Table table;
  table.add_columns(Table::Align::left, {"layer", "operation", "output"});
  table.add_columns(Table::Align::right, {"parameters", "multiply-adds"});
  for (const auto& layer : described.summary.layers)
    table.add_row({layer.name, layer.operation, shape_text(layer.output), grouped(layer.parameters),
                   layer.macs == 0 ? "" : grouped(layer.macs)});
  table.add_row(
      {"total", "", "", grouped(described.summary.parameters), grouped(described.summary.macs)});
  fmt::print("{}", table.text(text_columns(STDOUT_FILENO)));
}

void print_stages(const Described& described) {
  Table table;
  table.add_columns(Table::Align::left, {"stage", "blocks or layers", "output"});
  table.add_columns(Table::Align::right, {"parameters", "multiply-adds"});
  for (const auto& stage : stages_of(described.summary))
    table.add_row({stage.name, stage.content, shape_text(stage.output), grouped(stage.parameters),
                   grouped(stage.macs)});
  table.add_row(
      {"total", "", "", grouped(described.summary.parameters), grouped(described.summary.macs)});
  fmt::print("{}", table.text(text_columns(STDOUT_FILENO)));
}

void print_network(const Described& described, bool layers) {
  if (described.execution) return print_kernels(described);
  const auto title = fmt::format("{}, images {} × {} × {}", described.name,
                                 described.spec.in_channels, described.size, described.size);
  fmt::print("{}\n", paragraph(title, text_columns(STDOUT_FILENO)));
  layers ? print_layers(described) : print_stages(described);
}

/// One row per network, to compare them.
void print_overview(const std::vector<Described>& all) {
  Table table;
  table.add_column("network", Table::Align::left);
  table.add_columns(Table::Align::right, {"layers", "image", "parameters", "multiply-adds"});
  for (const auto& described : all)
    table.add_row({described.name, std::to_string(described.spec.depth),
                   fmt::format("{0} × {0}", described.size),
                   short_number(described.summary.parameters),
                   short_number(described.summary.macs)});
  fmt::print("{}", table.text(text_columns(STDOUT_FILENO)));
}

Json json_of(const Described& described) {
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
  Json stages = Json::array();
  for (const auto& stage : stages_of(described.summary))
    stages.push_back({{"name", stage.name},
                      {"output", stage.output},
                      {"parameters", stage.parameters},
                      {"macs", stage.macs}});
  return {{"network", described.name},      {"depth", described.spec.depth},
          {"image_size", described.size},   {"parameters", described.summary.parameters},
          {"macs", described.summary.macs}, {"stages", std::move(stages)},
          {"layers", std::move(layers)}};
}

/// Reads the networks. `size`: height and width of the images, or 0. Throws InvalidInput with a
/// line for each network that does not exist or takes no images of this size.
std::vector<NetworkSpec> read_networks(const std::vector<std::string>& names, std::int64_t size) {
  std::vector<NetworkSpec> networks;
  InputErrors errors;
  for (const auto& text : names)
    errors.gather([&] {
      const auto& network = networks.emplace_back(parse_network(text));
      const auto smallest = smallest_image_size(network.family);
      if (size > 0 && size < smallest)
        errors.add("--size", fmt::format("{} takes images of at least {} × {}, found {}",
                                         name(network), smallest, smallest, size));
    });
  errors.raise();
  return networks;
}

/// Writes the drawings for which a file is given.
void write_drawings(const std::vector<Described>& all, const std::string& diagram_file,
                    const std::string& blocks_file) {
  const auto write = [](const std::string& file, const std::string& svg) {
    write_text(file, svg);
    note("wrote " + file);
  };
  if (!diagram_file.empty()) {
    std::vector<DiagramColumn> columns;
    for (const auto& one : all) columns.push_back(diagram_column(one.spec, one.summary, one.size));
    write(diagram_file, draw_diagram(columns));
  }
  if (!blocks_file.empty()) {
    std::vector<BlockDiagram> blocks;
    for (const auto& one : all) blocks.push_back(block_diagram(one.spec, one.summary));
    write(blocks_file, draw_blocks(blocks));
  }
}

}  // namespace

int describe_command(int argc, const char* const* argv) {
  const auto given = parse_arguments("describe", argc, argv);
  if (!given) return kDone;
  const auto size = integer_of(*given, "size", 0, kLargestInput);
  const auto device = read_compute_options(*given).device;
  const auto precision =
      read_precision(*given, device).value_or(resolve(Precision::automatic, device));
  const auto networks = read_networks(positional_of(*given), size);
  std::vector<Described> all;
  for (const auto& network : networks) all.push_back(describe_network(network, size));
  if (given->count("kernels") > 0)
    for (auto& described : all) add_kernels(described, {precision, Kernels::fused, device});
  write_drawings(all, value_of(*given, "diagram"), value_of(*given, "blocks"));
  if (given->count("json") > 0) {
    Json json = Json::array();
    for (const auto& described : all) json.push_back(json_of(described));
    fmt::print("{}\n", json.dump(2));
    return kDone;
  }
  for (const auto& described : all) {
    print_network(described, given->count("layers") > 0);
    if (all.size() > 1) fmt::print("\n");
  }
  if (all.size() > 1) print_overview(all);
  return kDone;
}

}  // namespace reslab::app
