#include "app/report/html_figures.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "app/report/markup.h"

namespace reslab::app {
namespace {

double rounded(double value) { return std::strtod(fmt::format("{:.6g}", value).c_str(), nullptr); }

Json line_data(const FigureLine& line) {
  Json data = {{"width", line.width}, {"x", Json::array()}, {"y", Json::array()}};
  Json labels = Json::array();
  bool labelled = false;
  for (const auto& point : line.points) {
    if (!std::isfinite(point.x) || !std::isfinite(point.y)) continue;
    data["x"].push_back(point.x);
    data["y"].push_back(rounded(point.y));
    labels.push_back(point.label);
    labelled = labelled || !point.label.empty();
  }
  if (labelled) data["labels"] = std::move(labels);
  return data;
}

/// The names of the lines in each group; empty if the y axis says what they show.
Json line_names(const Figure& figure) {
  Json names = Json::array();
  if (!figure.groups.empty())
    for (const auto& line : figure.groups.front().lines)
      if (!line.name.empty()) names.push_back(line.name);
  return names;
}

}  // namespace

std::string html_figures(const std::vector<Figure>& figures) {
  std::string html;
  for (std::size_t i = 0; i < figures.size(); ++i)
    html += element("figure",
                    element("h3", escape_markup(figures[i].title)) +
                        element("noscript", element("p",
                                                    "A script draws this figure. report.md "
                                                    "shows it without one.")) +
                        element("figcaption", escape_markup(figures[i].caption)),
                    fmt::format("id=\"figure-{}\"", i)) +
            "\n";
  if (!html.empty())
    html +=
        element("p",
                "Point at a figure to read all networks there. Drag to zoom, on a touch screen "
                "with two fingers; a double click shows the whole figure again. Click a name to "
                "hide or show its lines.",
                "class=\"notes hint\"") +
        "\n";
  return html;
}

Json figure_data(const Figure& figure) {
  Json groups = Json::array();
  for (const auto& group : figure.groups) {
    Json lines = Json::array();
    for (const auto& line : group.lines) lines.push_back(line_data(line));
    groups.push_back({{"name", group.name}, {"style", group.style}, {"lines", std::move(lines)}});
  }
  return {{"file", figure.file},
          {"xLabel", figure.over_iterations ? "iterations" : figure.x_label},
          {"yLabel", figure.y_label},
          {"yEnd", figure.y_end ? Json(*figure.y_end) : Json()},
          {"log", figure.log_y},
          {"overIterations", figure.over_iterations},
          {"lineNames", line_names(figure)},
          {"groups", std::move(groups)}};
}

}  // namespace reslab::app
