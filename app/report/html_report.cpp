#include <cctype>
#include <chrono>
#include <ctime>
#include <string>

#include <fmt/format.h>

#include "app/report/comparison_figure.h"
#include "app/report/comparison_text.h"
#include "app/report/html_assets.h"
#include "app/report/html_figures.h"
#include "app/report/html_pictures.h"
#include "app/report/markup.h"
#include "app/report/report.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

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
  const bool met = verdict.outcome == Outcome::met && verdict.doubt == Verdict::Doubt::none;
  const char* kind = met ? "met" : verdict.outcome == Outcome::not_met ? "unmet" : "open";
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

/// "2026-01-31 08:05 UTC".
std::string utc(std::chrono::system_clock::time_point time) {
  const auto seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02} UTC", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min);
}

std::string duration(std::chrono::seconds time) {
  return time.count() % 60 == 0 ? counted(time.count() / 60, "minute")
                                : counted(time.count(), "second");
}

std::string html_live(const LiveReport& live) {
  return element("p",
                 element("strong", "This experiment is not finished.") +
                     fmt::format(" Written on {}. The page reloads every {}, as often as it is "
                                 "written while the experiment runs.",
                                 utc(live.written), duration(live.every)),
                 "class=\"live\"") +
         "\n";
}

/// The content of the page's <head>. Browsers without scripts reload a live page through <meta>.
std::string html_head(const Report& report) {
  auto head =
      "\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
      element("title", escape_markup(report.title)) + "\n";
  if (report.live)
    head += element("noscript", fmt::format("<meta http-equiv=\"refresh\" content=\"{}\">",
                                            report.live->every.count())) +
            "\n";
  return head + element("style", std::string(kPlotStyle)) + "\n" +
         element("style", std::string(kReportStyle)) + "\n";
}

/// The JSON for report.js as the content of a <script>, which must contain no "</script" and no
/// "<!--".
std::string script_data(const Report& report) {
  Json data = {{"figures", Json::array()}, {"confusions", Json::array()}};
  for (const auto& figure : report.figures) data["figures"].push_back(figure_data(figure));
  for (const auto& matrix : report.confusions)
    if (has_heat_map(matrix)) data["confusions"].push_back(confusion_data(matrix));
  if (report.live) {
    data["reloadSeconds"] = report.live->every.count();
    data["writtenAt"] = std::chrono::system_clock::to_time_t(report.live->written);
  }
  std::string text;
  for (const char c : data.dump(-1, ' ', false, Json::error_handler_t::replace))
    text += c == '<' ? "\\u003c" : std::string(1, c);
  return text;
}

std::string html_classes(const Report& report) {
  std::string html;
  for (const auto& [network, classes, confusion] : report.classes)
    html += element("h3", escape_markup(network)) + "\n" + to_html(classes) + to_html(confusion);
  return html;
}

std::string html_comparison(const SettingComparison& comparison) {
  return element("p", escape_markup(best_text(comparison))) + "\n" +
         to_html(comparison_table(comparison)) + html_list(comparison.notes) +
         comparison_html(comparison);
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
  if (report.live) body += html_live(*report.live);
  const auto section = [&body](const char* heading, const std::string& content) {
    if (!content.empty())
      body += element("section", "\n" + element("h2", heading) + "\n" + content) + "\n";
  };
  section("Results", to_html(report.results) + html_list(report.unfinished));
  if (report.comparison) section("Settings", html_comparison(*report.comparison));
  section("Expectations", html_expectations(report));
  section("Classes", html_classes(report));
  section("Figures", html_figures(report.figures));
  section("Test images and filters", html_pictures(report));
  section("How the numbers were computed", html_list(report.methods));
  section("Recipe", to_html(report.recipe));
  section("Environment", to_html(report.environment));
  body = element("main", "\n" + body) + "\n" +
         element("script", script_data(report), "type=\"application/json\" id=\"report-data\"") +
         "\n" + element("script", fmt::format("/*\n{}*/\n{}", kPlotLicense, kPlotScript)) + "\n" +
         element("script", "\n" + std::string(kReportScript)) + "\n";
  return "<!DOCTYPE html>\n<html lang=\"en\">\n" + element("head", html_head(report)) + "\n" +
         element("body", "\n" + body) + "\n</html>\n";
}

}  // namespace reslab::app
