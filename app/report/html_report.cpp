#include <string_view>

#include <fmt/format.h>

#include "app/report/markup.h"
#include "app/report/report.h"

namespace reslab::app {
namespace {

/// The style sheet of report.html for light and dark screens and for print. Figures are drawn on
/// white; dark mode inverts them and rotates their hues back.
constexpr const char* kReportStyle = R"(
:root {
  color-scheme: light dark;
  --ground: #ffffff; --text: #1f2328; --faint: #59636e; --line: #d1d9e0; --shade: #f6f8fa;
  --met: #1a7f37; --unmet: #b3261e; --open: #7d5e00;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #141414; --text: #e6e6e6; --faint: #a0a6ad; --line: #3a3f45; --shade: #1f2226;
    --met: #5bc97a; --unmet: #ff8a80; --open: #e0b84c;
  }
  iframe { filter: invert(0.92) hue-rotate(180deg); }
}
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif;
}
main { max-width: 1180px; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
h1 { font-size: 1.75rem; margin: 0 0 0.5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.25rem 0 0.75rem; padding-bottom: 0.25rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.25rem 0 0.5rem; }
.why { margin: 0.25rem 0; max-width: 75ch; }
.wide { overflow-x: auto; margin: 0.75rem 0; }
table { border-collapse: collapse; font-size: 0.925rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.6rem; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th { background: var(--shade); font-weight: 600; white-space: normal; vertical-align: bottom; }
tbody th { font-weight: 500; }
.right { text-align: right; }
.values th { font: 0.85rem ui-monospace, "Liberation Mono", monospace; color: var(--faint); }
.values td { white-space: normal; overflow-wrap: anywhere; }
.claims { list-style: none; margin: 0; padding: 0; }
.claims li { margin: 0 0 0.75rem; padding: 0.1rem 0 0.1rem 0.85rem; border-left: 4px solid var(--open); break-inside: avoid; }
.claims .met { border-color: var(--met); }
.claims .unmet { border-color: var(--unmet); }
.claims strong { color: var(--open); }
.claims .met strong { color: var(--met); }
.claims .unmet strong { color: var(--unmet); }
.numbers { color: var(--faint); font-size: 0.925rem; }
figure { margin: 1rem 0 2rem; break-inside: avoid; }
iframe { display: block; width: 100%; border: 0; background: #ffffff; }
figcaption, .notes { color: var(--faint); font-size: 0.925rem; max-width: 95ch; }
.notes li { margin: 0.25rem 0; }
@media print {
  main { max-width: none; padding: 0; }
  body { font-size: 10.5pt; }
  .wide { overflow: visible; }
  table { font-size: 7.5pt; }
  th, td { padding: 0.15rem 0.3rem; }
}
)";

/// `<name attributes>content</name>`.
std::string element(const std::string& name, const std::string& content,
                    const std::string& attributes = "") {
  return "<" + name + (attributes.empty() ? "" : " " + attributes) + ">" + content + "</" + name +
         ">";
}

std::string to_html(const Table& table) {
  const auto right = [&table](std::size_t column) {
    return table.aligns()[column] == Table::Align::left ? "" : "class=\"right\"";
  };
  std::string head, body;
  for (std::size_t i = 0; i < table.headings().size(); ++i)
    head +=
        element("th", escape_markup(table.headings()[i]), std::string("scope=\"col\" ") + right(i));
  for (const auto& row : table.rows()) {
    auto cells = element("th", escape_markup(row.front()), "scope=\"row\"");
    for (std::size_t i = 1; i < row.size(); ++i)
      cells += element("td", escape_markup(row[i]), right(i));
    body += element("tr", cells) + "\n";
  }
  const auto content = element("thead", element("tr", head)) + "\n" + element("tbody", "\n" + body);
  return element("div", element("table", content), "class=\"wide\"") + "\n";
}

std::string to_html(const Overview& overview) {
  std::string rows;
  for (const auto& [name, value] : overview.common)
    rows += element("tr", element("th", escape_markup(name), "scope=\"row\"") +
                              element("td", escape_markup(value))) +
            "\n";
  std::string html;
  if (!rows.empty())
    html = element("table", element("tbody", "\n" + rows), "class=\"values\"") + "\n";
  if (overview.differing) html += to_html(*overview.differing);
  return html;
}

std::string html_list(const std::vector<std::string>& items) {
  if (items.empty()) return {};
  std::string html;
  for (const auto& item : items) html += element("li", escape_markup(item)) + "\n";
  return element("ul", "\n" + html, "class=\"notes\"") + "\n";
}

std::string to_html(const Verdict& verdict) {
  using Outcome = Verdict::Outcome;
  const char* kind = verdict.outcome == Outcome::met       ? "met"
                     : verdict.outcome == Outcome::not_met ? "unmet"
                                                           : "open";
  return element("li",
                 element("strong", verdict.word()) + " " + escape_markup(verdict.claim) +
                     element("div", escape_markup(verdict.evidence()), "class=\"numbers\""),
                 fmt::format("class=\"{}\"", kind)) +
         "\n";
}

std::string html_expectations(const Report& report) {
  std::string html;
  for (const auto& experiment : report.experiments) {
    if (experiment.verdicts.empty()) continue;
    if (report.experiments.size() > 1) html += element("h3", escape_markup(experiment.name)) + "\n";
    std::string claims;
    for (const auto& verdict : experiment.verdicts) claims += to_html(verdict);
    html += element("ul", "\n" + claims, "class=\"claims\"") + "\n";
  }
  return html;
}

/// The figure in an iframe, because gnuplot's figures use the same element and function names.
/// gnuplot's script zooms with the mouse wheel; the iframe lets the wheel scroll the page instead.
std::string iframe(const ReportedFigure& drawn) {
  const auto begin = drawn.svg.find("<svg");  // HTML does not allow the XML declaration before it
  const std::string document =
      "<!DOCTYPE html><meta charset=\"utf-8\"><style>html{overflow:hidden}body{margin:0}"
      "svg{display:block;width:100%;height:auto}svg>rect:not([id]){stroke:none}</style>" +
      drawn.svg.substr(begin == std::string::npos ? 0 : begin) +
      "<script>addEventListener('wheel',event=>event.stopPropagation(),true)</script>";
  const auto [width, height] = size_of(drawn.figure);
  return fmt::format(
      "<iframe title=\"{}\" sandbox=\"allow-scripts\" style=\"max-width:{}px;aspect-ratio:{}/{}\" "
      "srcdoc=\"{}\"></iframe>",
      escape_markup(drawn.figure.title), width, width, height, escape_markup(document));
}

std::string html_figures(const Report& report) {
  if (!report.figure_error.empty())
    return element("p", "There are no figures: " + escape_markup(report.figure_error)) + "\n";
  std::string html;
  for (const auto& drawn : report.figures)
    html += element("figure",
                    iframe(drawn) + element("figcaption", escape_markup(drawn.figure.caption))) +
            "\n";
  if (!html.empty())
    html += element("p",
                    "Point at a line to see its values; click a name in the legend to hide or show "
                    "its lines.",
                    "class=\"notes\"") +
            "\n";
  return html;
}

std::string html_classes(const Report& report) {
  std::string html;
  for (const auto& [network, classes, confusion] : report.classes)
    html += element("h3", escape_markup(network)) + "\n" + to_html(classes) + to_html(confusion);
  return html;
}

}  // namespace

std::string html_report(const Report& report) {
  std::string body = element("h1", escape_markup(report.title)) + "\n";
  for (const auto& experiment : report.experiments) {
    if (experiment.why.empty()) continue;
    const auto name = report.experiments.size() > 1
                          ? element("strong", escape_markup(experiment.name)) + ": "
                          : std::string();
    body += element("p", name + escape_markup(experiment.why), "class=\"why\"") + "\n";
  }
  const auto section = [&body](const char* heading, const std::string& content) {
    if (!content.empty())
      body += element("section", "\n" + element("h2", heading) + "\n" + content) + "\n";
  };
  section("Results", to_html(report.results) + html_list(report.unfinished));
  section("Expectations", html_expectations(report));
  section("Classes", html_classes(report));
  section("Figures", html_figures(report));
  section("How the numbers were computed", html_list(report.methods));
  section("Recipe", to_html(report.recipe));
  section("Environment", to_html(report.environment));
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
         element("title", escape_markup(report.title)) + "\n" + element("style", kReportStyle) +
         "\n</head>\n<body>\n" + element("main", "\n" + body) + "\n</body>\n</html>\n";
}

}  // namespace reslab::app
