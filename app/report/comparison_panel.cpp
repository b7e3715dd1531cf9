#include "app/report/comparison_panel.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "app/report/comparison_text.h"
#include "app/report/figure.h"
#include "app/report/markup.h"
#include "app/report/svg.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

// Sizes in pixels.
constexpr double kPlotWidth = 260, kPlotHeight = 220;
constexpr double kLeft = 56, kRight = 26, kTop = 78, kBottom = 66;
constexpr double kLetter = 6.4;           // width of a letter on average
constexpr double kLabelHeight = 14;       // smallest distance between two labels
constexpr std::size_t kLongestTick = 14;  // letters

/// The error axis: round numbers from `low` to `high`.
struct ErrorAxis {
  double low = 0, high = 1, step = 1;

  double y(double error) const {
    const double part = (std::clamp(error, low, high) - low) / (high - low);
    return kTop + kPlotHeight * (1 - part);
  }
};

double round_step(double range) {
  const double power = std::pow(10, std::floor(std::log10(range / 4)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (range / (factor * power) <= 5) return factor * power;
  return 10 * power;
}

/// An error axis that shows at least the best three quarters of the means, with a margin. Runs that
/// failed to learn are drawn at its upper end.
ErrorAxis axis_of(const SettingComparison& comparison) {
  std::vector<double> means;
  double low = std::numeric_limits<double>::infinity(), high = 0;
  for (const auto& runs : comparison.runs)
    if (runs.ranked) means.push_back(runs.error->mean);
  const double best = means.front(), quartile = means[(means.size() - 1) * 3 / 4];
  const double limit = quartile + 2 * (quartile - best) + 0.5;
  for (const auto& runs : comparison.runs)
    for (const auto& [seed, error] : runs.errors) {
      if (!runs.ranked || runs.error->mean > limit || !std::isfinite(error)) continue;
      low = std::min(low, error);
      high = std::max(high, error);
    }
  ErrorAxis axis;
  axis.step = round_step(std::max(high - low, 0.05));
  axis.low = std::max(0.0, std::floor((low - 0.1 * axis.step) / axis.step) * axis.step);
  axis.high = std::ceil((high + 0.1 * axis.step) / axis.step) * axis.step;
  return axis;
}

/// The values of a setting, sorted: numbers by size, and before them all others by their text.
std::vector<Json> values_of(const SettingComparison& comparison, std::size_t setting) {
  std::vector<Json> values;
  for (const auto& runs : comparison.runs)
    if (std::ranges::find(values, runs.values[setting]) == values.end())
      values.push_back(runs.values[setting]);
  const auto before = [](const Json& a, const Json& b) {
    if (a.is_number() && b.is_number()) return a.get<double>() < b.get<double>();
    if (a.is_number() != b.is_number()) return b.is_number();  // for example "none" before numbers
    return setting_text(a) < setting_text(b);
  };
  std::ranges::stable_sort(values, before);
  return values;
}

// Colours come from classes, so that a style sheet can give them for light and dark pages.

std::string circle(double x, double y, double radius, const char* kind) {
  return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" class=\"{}\"/>\n", x, y, radius,
                     kind);
}

std::string straight(double x1, double y1, double x2, double y2, const char* kind) {
  return fmt::format("<path d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\" class=\"{}\"/>\n", x1, y1, x2, y2,
                     kind);
}

/// Runs that differ only in the panel's setting. `points` begin with the position of the value.
struct JoinedRuns {
  std::string name;  // of the other setting's value, if there is one other setting
  std::size_t colour = 0;
  bool has_best = false;
  std::vector<std::pair<std::size_t, const ComparedRuns*>> points;
};

class Panel {
 public:
  Panel(const SettingComparison& comparison, std::size_t setting, const ErrorAxis& axis)
      : comparison_(comparison),
        setting_(setting),
        axis_(axis),
        values_(values_of(comparison, setting)) {
    for (const auto& runs : comparison.runs)
      if (runs.ranked) add(runs);
    for (auto& line : lines_) std::ranges::sort(line.points);
  }

  std::string svg() const {
    auto svg = svg_text(kLeft, kTop - 18, "heading", comparison_.settings[setting_]);
    svg += axes();
    for (const auto& line : lines_)
      if (!line.has_best) svg += drawn(line);
    for (const auto& line : lines_)
      if (line.has_best) svg += drawn(line);
    return svg + best_mark() + labels_above_axis() + end_labels();
  }

  double height() const {
    constexpr double kLabelBottom = 26;
    return kTop - kAbovePanels + kPlotHeight + (labels_are_turned() ? kBottom : kLabelBottom);
  }

  double width() const {
    double widest = 0;
    if (has_names())
      for (const auto& line : lines_)
        widest = std::max(widest, kLetter * static_cast<double>(text_width(line.name)));
    return kLeft + kPlotWidth + std::max(kRight, widest + 8);
  }

 private:
  bool has_names() const { return comparison_.settings.size() == 2 && lines_.size() > 1; }

  void add(const ComparedRuns& runs) {
    std::string others;
    std::size_t other = 0;
    for (std::size_t i = 0; i < runs.values.size(); ++i)
      if (i != setting_) {
        others += runs.values[i].dump() + "\n";
        other = i;
      }
    const auto [place, is_new] = line_of_.try_emplace(others, lines_.size());
    if (is_new) {
      auto& line = lines_.emplace_back();
      const auto other_values = values_of(comparison_, other);
      line.colour = static_cast<std::size_t>(std::ranges::find(other_values, runs.values[other]) -
                                             other_values.begin());
      const auto& name = comparison_.settings[other];
      line.name = (name == "network" || name == "run" ? "" : name + "=") +
                  cut_to_width(setting_text(runs.values[other]), kLongestTick);
    }
    auto& line = lines_[place->second];
    const auto at = std::ranges::find(values_, runs.values[setting_]) - values_.begin();
    line.points.emplace_back(static_cast<std::size_t>(at), &runs);
    line.has_best = line.has_best || &runs == &comparison_.runs.front();
  }

  double x(std::size_t position) const {
    const double share =
        (static_cast<double>(position) + 0.5) / static_cast<double>(values_.size());
    return kLeft + kPlotWidth * share;
  }

  double label_room() const { return kPlotWidth / static_cast<double>(values_.size()); }

  bool labels_are_turned() const {
    std::size_t longest = 0;
    for (const auto& value : values_)
      longest = std::max(longest, std::min(kLongestTick, text_width(setting_text(value))));
    return kLetter * static_cast<double>(longest) > label_room();
  }

  std::string axes() const {
    std::string svg;
    const double bottom = kTop + kPlotHeight;
    const auto steps = std::lround((axis_.high - axis_.low) / axis_.step);
    for (std::int64_t i = 0; i <= steps; ++i) {
      const double error = axis_.low + static_cast<double>(i) * axis_.step;
      svg += straight(kLeft, axis_.y(error), kLeft + kPlotWidth, axis_.y(error), "grid");
      svg += svg_text(kLeft - 8, axis_.y(error) + 4, "right", fmt::format("{:.6g}", error));
    }
    svg += straight(kLeft, bottom, kLeft + kPlotWidth, bottom, "axis");
    const bool turned = labels_are_turned();
    const auto every =
        turned ? static_cast<std::size_t>(std::ceil(kLabelHeight / label_room())) : 1;
    for (std::size_t i = 0; i < values_.size(); i += every) {
      const auto text = cut_to_width(setting_text(values_[i]), kLongestTick);
      svg += straight(x(i), bottom, x(i), bottom + 4, "axis");
      svg += turned ? fmt::format("<g transform=\"translate({:.1f} {:.1f}) rotate(-35)\">{}</g>\n",
                                  x(i) + 4, bottom + 15, svg_text(0, 0, "right", text))
                    : svg_text(x(i), bottom + 18, "middle", text);
    }
    return svg;
  }

  /// The class with the line's colour.
  std::string colour_of(const JoinedRuns& line) const {
    if (has_names()) return fmt::format("line-{}", line.colour % kPalette.size());
    return line.has_best ? "line-0" : "faint";
  }

  std::string drawn(const JoinedRuns& line) const {
    std::string way, points;
    for (const auto& [position, runs] : line.points) {
      const double mean = runs->error->mean;
      if (mean <= axis_.high)
        way += fmt::format("{}{:.1f} {:.1f}", way.empty() ? "M" : "L", x(position), axis_.y(mean));
      for (const auto& [seed, error] : runs->errors)
        if (error <= axis_.high && runs->errors.size() > 1)
          points += circle(x(position), axis_.y(error), 2.2, "seed");
      points += mean <= axis_.high ? circle(x(position), axis_.y(mean), 4, "mean")
                                   : arrow_above_axis(x(position));
    }
    if (!way.empty())
      way =
          fmt::format("<path d=\"{}\" class=\"{}\"/>\n", way, line.has_best ? "best line" : "line");
    return fmt::format("<g class=\"{}\">\n{}{}</g>\n", colour_of(line), way, points);
  }

  static std::string arrow_above_axis(double x) {
    return fmt::format("<path d=\"M{:.1f} {}l-5 9h10z\" class=\"mean\"/>\n", x, kTop - 2);
  }

  /// For each value, the errors above the upper end of the axis, as one number or as a range.
  std::string labels_above_axis() const {
    std::map<std::size_t, std::vector<double>> errors;
    for (const auto& line : lines_)
      for (const auto& [position, runs] : line.points)
        if (runs->error->mean > axis_.high) errors[position].push_back(runs->error->mean);
    std::string svg;
    for (const auto& [position, above] : errors) {
      const auto [low, high] = std::ranges::minmax(above);
      const auto first = fmt::format("{:.3g}", low), last = fmt::format("{:.3g}", high);
      svg += svg_text(x(position), kTop - 6, "small", first == last ? first : first + "–" + last);
    }
    return svg;
  }

  std::string best_mark() const {
    for (const auto& line : lines_)
      for (const auto& [position, runs] : line.points)
        if (runs == &comparison_.runs.front())
          return circle(x(position), axis_.y(runs->error->mean), 8, "ring");
    return {};
  }

  /// The line's last point that is not above the axis, or the last point if there is none.
  std::pair<std::size_t, const ComparedRuns*> end_of(const JoinedRuns& line) const {
    for (auto point = line.points.rbegin(); point != line.points.rend(); ++point)
      if (point->second->error->mean <= axis_.high) return *point;
    return line.points.back();
  }

  /// The names of the lines at their last points, moved apart where they would overlap.
  std::string end_labels() const {
    if (!has_names()) return {};
    std::vector<std::pair<double, const JoinedRuns*>> labels;
    for (const auto& line : lines_)
      labels.emplace_back(axis_.y(end_of(line).second->error->mean), &line);
    std::ranges::sort(labels);
    double next = kTop;
    for (auto& label : labels) {
      label.first = std::max(label.first, next);
      next = label.first + kLabelHeight;
    }
    double limit = kTop + kPlotHeight;
    for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
      label->first = std::min(label->first, limit);
      limit = label->first - kLabelHeight;
    }
    std::string svg;
    for (const auto& [y, line] : labels)
      svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"name {}\">{}</text>\n",
                         x(end_of(*line).first) + 9 + (line->has_best ? 3 : 0), y + 4,
                         colour_of(*line), escape_markup(line->name));
    return svg;
  }

  const SettingComparison& comparison_;
  std::size_t setting_;
  const ErrorAxis& axis_;
  std::vector<Json> values_;
  std::vector<JoinedRuns> lines_;
  std::map<std::string, std::size_t> line_of_;  // by the other settings
};

}  // namespace

std::vector<ComparisonPanel> comparison_panels(const SettingComparison& comparison) {
  const auto axis = axis_of(comparison);
  std::vector<ComparisonPanel> panels;
  for (std::size_t i = 0; i < comparison.settings.size(); ++i) {
    const Panel panel(comparison, i, axis);
    panels.push_back({panel.svg(), panel.width(), panel.height()});
  }
  return panels;
}

}  // namespace reslab::app
