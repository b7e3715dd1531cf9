#include <fmt/format.h>

#include "app/report/comparison_figure.h"
#include "app/report/comparison_text.h"
#include "app/report/markup.h"
#include "app/report/report.h"

namespace reslab::app {
namespace {

using Lines = std::vector<std::vector<std::string>>;

std::string table_line(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const auto& cell : cells) line += " " + cell + " |";
  return line + "\n";
}

std::string to_markdown(const Table& table) {
  Lines lines = {table.headings()};
  for (auto& row : table.aligned_rows()) lines.push_back(std::move(row));
  for (auto& line : lines)
    for (auto& cell : line) cell = escape_markdown(cell);
  const auto widths = column_widths(lines);
  std::vector<std::string> rule;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const bool left = table.aligns()[i] == Table::Align::left;
    const auto dashes = std::max<std::size_t>(widths[i], 3);
    rule.push_back(left ? std::string(dashes, '-') : std::string(dashes - 1, '-') + ":");
    for (auto& line : lines) line[i] = padded(line[i], dashes, !left);
  }
  lines.insert(lines.begin() + 1, rule);
  std::string text;
  for (const auto& line : lines) text += table_line(line);
  return text;
}

std::string to_markdown(const Verdict& verdict) {
  return fmt::format("- **{}**: {}: {}\n", verdict.word(), escape_markdown(verdict.claim),
                     escape_markdown(verdict.evidence()));
}

std::string to_markdown(const Overview& overview) {
  std::string text;
  for (const auto& [name, value] : overview.common)
    text += "- " + escape_markdown(name) + ": " + escape_markdown(value) + "\n";
  if (overview.differing) text += (text.empty() ? "" : "\n") + to_markdown(*overview.differing);
  return text;
}

std::string markdown_list(const std::vector<std::string>& items) {
  std::string text;
  for (const auto& item : items) text += "- " + escape_markdown(item) + "\n";
  return text;
}

std::string markdown_figures(const Report& report) {
  if (!report.figure_error.empty())
    return "There are no figures: " + escape_markdown(report.figure_error) + "\n";
  std::string text;
  for (const auto& figure : report.figures)
    text +=
        fmt::format("{}![{}]({})\n\n{}\n", text.empty() ? "" : "\n", escape_markdown(figure.title),
                    figure.file, escape_markdown(figure.caption));
  return text;
}

std::string markdown_expectations(const Report& report) {
  std::string text;
  for (const auto& experiment : report.experiments) {
    if (experiment.verdicts.empty()) continue;
    if (report.experiments.size() > 1)
      text += (text.empty() ? "### " : "\n### ") + escape_markdown(experiment.name) + "\n\n";
    for (const auto& verdict : experiment.verdicts) text += to_markdown(verdict);
  }
  return text;
}

std::string markdown_classes(const Report& report) {
  std::string text;
  for (const auto& [network, classes, confusion] : report.classes)
    text += fmt::format("{}### {}\n\n{}\n{}", text.empty() ? "" : "\n", escape_markdown(network),
                        to_markdown(classes), to_markdown(confusion));
  return text;
}

}  // namespace

std::string markdown_report(const Report& report) {
  std::string text = "# " + escape_markdown(report.title) + "\n";
  for (const auto& experiment : report.experiments)
    if (!experiment.why.empty())
      text += "\n" +
              (report.experiments.size() > 1 ? escape_markdown(experiment.name) + ": " : "") +
              escape_markdown(experiment.why) + "\n";
  const auto section = [&text](const char* heading, const std::string& content) {
    if (!content.empty()) text += fmt::format("\n## {}\n\n{}", heading, content);
  };
  section("Results",
          to_markdown(report.results) +
              (report.unfinished.empty() ? "" : "\n" + markdown_list(report.unfinished)));
  if (report.comparison)
    section("Settings", escape_markdown(best_text(*report.comparison)) + "\n\n" +
                            to_markdown(comparison_table(*report.comparison)) + "\n" +
                            markdown_list(report.comparison->notes) +
                            fmt::format("\n![Error by setting]({})\n", kComparisonFile));
  section("Expectations", markdown_expectations(report));
  section("Classes", markdown_classes(report));
  section("Figures", markdown_figures(report));
  section("How the numbers were computed", markdown_list(report.methods));
  section("Recipe", to_markdown(report.recipe));
  section("Environment", to_markdown(report.environment));
  return text;
}

}  // namespace reslab::app
