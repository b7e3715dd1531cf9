#include "app/report/comparison_figure.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/report/comparison_panel.h"
#include "app/report/comparison_text.h"
#include "app/report/figure.h"
#include "app/report/markup.h"
#include "app/report/svg.h"

namespace reslab::app {
namespace {

constexpr std::size_t kPanelsInARow = 3;

constexpr const char* kLegend =
    "○ best. Dots: means; small dots: seeds. A line joins runs whose other settings are equal.";

std::string title_of(const SettingComparison& comparison) {
  return split_name(comparison) + " error (%) by setting";
}

/// The style sheet of a figure that stands alone.
std::string style_sheet() {
  std::string style =
      ".title{font-size:17px}\n.heading{font-size:14px;font-weight:bold}\n.note{fill:#59636e}\n"
      ".small{font-size:10px;text-anchor:middle}\n.right{text-anchor:end}\n"
      ".middle{text-anchor:middle}\n.grid{stroke:#e4e4e4}\n.axis{stroke:#666}\n"
      ".line{stroke:currentColor;stroke-width:1.3}\n.best{stroke-width:2.4}\n"
      ".mean,.seed,.name{fill:currentColor;stroke:none}\n.seed{opacity:0.45}\n"
      ".ring{fill:none;stroke:#222;stroke-width:1.6}\n.faint{color:#9aa3ad}\n";
  for (std::size_t i = 0; i < kPalette.size(); ++i)
    style += fmt::format(".line-{}{{color:{}}}\n", i, kPalette[i]);
  return style;
}

}  // namespace

std::string comparison_svg(const SettingComparison& comparison) {
  const auto panels = comparison_panels(comparison);
  double row_height = 0;
  for (const auto& panel : panels) row_height = std::max(row_height, panel.height);
  std::string content;
  double left = 0, width = 0;
  std::size_t rows = 0;
  for (std::size_t i = 0; i < panels.size(); ++i) {
    if (i % kPanelsInARow == 0) {
      left = 0;
      ++rows;
    }
    const auto& panel = panels[i];
    content += fmt::format("<g transform=\"translate({:.1f} {:.1f})\">\n{}</g>\n", left,
                           row_height * static_cast<double>(rows - 1), panel.svg);
    left += panel.width;
    width = std::max(width, left);
  }
  const auto title = title_of(comparison);
  content += svg_text(16, 24, "title", title);
  content += svg_text(16, 42, "note", kLegend);
  width = std::max(width, 620.0);
  return svg_document(width, kAbovePanels + row_height * static_cast<double>(rows), title,
                      style_sheet(), content);
}

std::string comparison_html(const SettingComparison& comparison) {
  const auto panels = comparison_panels(comparison);
  std::string drawn;
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const auto& [svg, width, height] = panels[i];
    drawn += fmt::format(
        "<svg viewBox=\"0 {} {:.1f} {}\" width=\"{:.1f}\" height=\"{}\" role=\"img\" "
        "aria-label=\"{}\">\n{}</svg>\n",
        kAbovePanels, width, height, width, height,
        escape_markup(split_name(comparison) + " error by " + comparison.settings[i]), svg);
  }
  return element("figure", element("h3", escape_markup(title_of(comparison))) + "\n" +
                               element("div", "\n" + drawn, "class=\"panels\"") + "\n" +
                               element("figcaption", escape_markup(kLegend))) +
         "\n";
}

}  // namespace reslab::app
