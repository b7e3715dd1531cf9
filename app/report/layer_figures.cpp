#include "app/report/layer_figures.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "app/report/numbers.h"
#include "app/report/summary.h"

namespace reslab::app {
namespace {

using Quantity = std::optional<double> LayerRecord::*;

/// The mean over the seeds of one layer's quantity.
struct LayerValue {
  std::int64_t index = 0;
  std::string layer;
  double value = 0;
};

/// A network's diagnostics.
struct NetworkLayers {
  std::string name;
  std::size_t style = 0;
  std::vector<const RunResult*> runs;    // the runs with diagnostics
  std::vector<std::int64_t> iterations;  // iterations that all of these runs have
};

std::vector<std::int64_t> common_iterations(const std::vector<const RunResult*>& runs) {
  std::map<std::int64_t, std::set<const RunResult*>> runs_with;
  for (const auto* run : runs)
    for (const auto& row : run->layers) runs_with[row.iteration].insert(run);
  std::vector<std::int64_t> iterations;
  for (const auto& [iteration, with_it] : runs_with)
    if (with_it.size() == runs.size()) iterations.push_back(iteration);
  return iterations;
}

std::vector<NetworkLayers> layers_of(const std::vector<RunResult>& results) {
  std::vector<NetworkLayers> networks;
  std::size_t style = 0;
  for (const auto& runs : by_network(results)) {
    NetworkLayers network{runs.label, style++, {}, {}};
    for (const auto* run : runs.drawn())
      if (!run->layers.empty()) network.runs.push_back(run);
    network.iterations = common_iterations(network.runs);
    if (!network.iterations.empty()) networks.push_back(std::move(network));
  }
  return networks;
}

/// The layers that have the quantity in every run, in forward order.
std::vector<LayerValue> values_at(const NetworkLayers& network, std::int64_t iteration,
                                  Quantity quantity) {
  std::map<std::pair<std::int64_t, std::string>, std::vector<double>> layers;  // a value per run
  for (const auto* run : network.runs)
    for (const auto& row : run->layers)
      if (row.iteration == iteration && row.*quantity)
        layers[{row.index, row.layer}].push_back(*(row.*quantity));
  std::vector<LayerValue> values;
  for (const auto& [layer, of_runs] : layers) {
    const double mean = spread_of(of_runs)->mean;
    if (of_runs.size() == network.runs.size() && std::isfinite(mean))
      values.push_back({layer.first, layer.second, mean});
  }
  return values;
}

/// A point for each layer at the network's last record; if `sorted`, in descending order.
FigureGroup by_layer(const NetworkLayers& network, Quantity quantity, bool sorted) {
  const auto iteration = network.iterations.back();
  auto values = values_at(network, iteration, quantity);
  if (sorted)
    std::sort(values.begin(), values.end(), [](const LayerValue& a, const LayerValue& b) {
      return std::pair(-a.value, a.index) < std::pair(-b.value, b.index);
    });
  FigureLine line{{}, 2};
  for (const auto& value : values) {
    const auto rank = static_cast<std::int64_t>(line.points.size());
    line.points.push_back(
        {static_cast<double>((sorted ? rank : value.index) + 1), value.value, value.layer});
  }
  return {network.name, network.style, {line}};
}

/// Adds the groups that have points, and ends the x axis at their last layer.
Figure with_layers(Figure figure, std::vector<FigureGroup> groups) {
  figure.x_begin = 1;
  figure.x_end = 2;
  for (auto& group : groups) {
    const auto& points = group.lines.front().points;
    if (points.empty()) continue;
    figure.x_end = std::max(figure.x_end, points.back().x);
    figure.groups.push_back(std::move(group));
  }
  return figure;
}

/// The quantity over the iterations in the first, the middle and the last layer that has it.
FigureGroup over_iterations(const NetworkLayers& network, Quantity quantity) {
  FigureGroup group{network.name,
                    network.style,
                    {{{}, 3, "first layer"}, {{}, 1.6, "middle layer"}, {{}, 0.7, "last layer"}}};
  for (const auto iteration : network.iterations) {
    const auto values = values_at(network, iteration, quantity);
    if (values.empty()) continue;
    const std::size_t chosen[] = {0, (values.size() - 1) / 2, values.size() - 1};
    for (std::size_t i = 0; i < group.lines.size(); ++i) {
      const auto& value = values[chosen[i]];
      group.lines[i].points.push_back({static_cast<double>(iteration), value.value, value.layer});
    }
  }
  return group;
}

Figure gradient_over_iterations(const std::vector<NetworkLayers>& networks) {
  Figure figure;
  figure.file = "gradient_training.svg";
  figure.title = "Gradient norm over training";
  figure.caption =
      "Norm of the loss's gradient with respect to the weights of each network's first layer "
      "(bold), middle layer and last layer (thin), over the iterations. The logarithmic axis "
      "leaves out norms of 0. With several seeds, the mean.";
  figure.y_label = "gradient norm";
  figure.legend = {"bold: first layer", "medium: middle layer", "thin: last layer"};
  figure.log_y = true;
  double last = 0;
  for (const auto& network : networks) {
    auto group = over_iterations(network, &LayerRecord::gradient_norm);
    if (group.lines.front().points.size() < 2) continue;
    last = std::max(last, group.lines.front().points.back().x);
    figure.groups.push_back(std::move(group));
  }
  set_iteration_axis(figure, last);
  return figure;
}

/// A figure of one quantity over the layers.
struct LayerFigure {
  const char* file;
  const char* title;
  const char* caption;
  const char* x_label;
  const char* y_label;
  Quantity quantity;
  bool sorted = false;
  bool log_y = false;
  std::optional<double> y_end = {};
};

const LayerFigure kLayerFigures[] = {
    {"layer_response.svg", "Layer responses",
     "Standard deviation of each layer's response at the network's last record, in forward order: "
     "after BatchNorm (if there is one), before ReLU and addition (Fig. 7, top, of Deep Residual "
     "Learning). With several seeds, the mean.",
     "layer", "standard deviation", &LayerRecord::response_std},
    {"layer_response_sorted.svg", "Layer responses, sorted",
     "The same standard deviations in descending order (Fig. 7, bottom, of Deep Residual "
     "Learning).",
     "layers, sorted", "standard deviation", &LayerRecord::response_std, true},
    {"gradient_norm.svg", "Gradient norm by layer",
     "Norm of the loss's gradient with respect to each layer's weights at the network's last "
     "record. The logarithmic axis leaves out norms of 0. With several seeds, the mean.",
     "layer", "gradient norm", &LayerRecord::gradient_norm, false, true},
    {"gate_mean.svg", "Gates by layer",
     "Mean of the gate T(x) of each highway block over a training batch, at the network's last "
     "record: 0 passes x, 1 passes F(x). With several seeds, the mean.",
     "layer", "mean gate", &LayerRecord::gate_mean, false, false, 1},
};

}  // namespace

std::vector<Figure> layer_figures(const std::vector<RunResult>& results) {
  const auto networks = layers_of(results);
  std::vector<Figure> figures;
  const auto add = [&figures](Figure figure) {
    if (has_points(figure)) figures.push_back(std::move(figure));
  };
  for (const auto& kind : kLayerFigures) {
    Figure figure;
    figure.file = kind.file;
    figure.title = kind.title;
    figure.caption = kind.caption;
    figure.x_label = kind.x_label;
    figure.y_label = kind.y_label;
    figure.log_y = kind.log_y;
    figure.y_end = kind.y_end;
    std::vector<FigureGroup> groups;
    for (const auto& network : networks)
      groups.push_back(by_layer(network, kind.quantity, kind.sorted));
    add(with_layers(std::move(figure), std::move(groups)));
  }
  add(gradient_over_iterations(networks));
  return figures;
}

}  // namespace reslab::app
