// Opens report.html in a browser and uses it as a reader does: html/probe.js. Skipped without a
// browser.

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <string>

#include <gmock/gmock.h>

#include "app/report/report.h"
#include "app/report/results.h"
#include "reslab/base/file.h"

namespace reslab::app {
namespace {

/// The options with which a browser prints a page. Virtual time: it skips waiting.
constexpr auto kOptions =
    " --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --virtual-time-budget=20000 ";

/// The command of a browser that runs here; empty if there is none.
std::string browser() {
  const Folder folder;
  for (const std::string name :
       {"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"})
    if (std::system(("timeout 60 " + name + kOptions + "--user-data-dir='" + folder / "profile" +
                     "' --dump-dom about:blank >/dev/null 2>&1")
                        .c_str()) == 0)
      return name;
  return "";
}

/// Two networks with two learning rates and three seeds each, which learn at different speeds.
std::vector<RunResult> curves() {
  std::vector<RunResult> results;
  for (const std::string network : {"plain-20", "resnet-20"})
    for (const double start : {0.05, 0.1})
      for (const std::int64_t seed : {1, 2, 3}) {
        std::vector<std::pair<double, double>> errors;
        const double speed = (network == "plain-20" ? 30 : 15) + 50 * start;
        for (int record = 0; record < 40; ++record) {
          const double error =
              80 * std::exp(-record / speed) + 3 * std::sin(record + static_cast<double>(seed));
          errors.emplace_back(error + 4, error + 6);
        }
        const auto name = network + "@start=" + (start < 0.1 ? "0.05" : "0.1");
        results.push_back(made_result("e", name, seed, errors));
        results.back().run["identity"] = {{"recipe", {{"learning_rate", {{"start", start}}}}}};
      }
  return results;
}

Report drawn_report() {
  const auto results = curves();
  auto report = make_report(with_claims(results));
  report.comparison = compare_settings(by_network(results));
  report.confusions = {{"plain-20", {"cat", "dog"}, {{}, {{7, 3}, {2, 8}}}}};
  return report;
}

/// Opens the page of the report in the browser, with `options` and `fragment` behind its address.
/// Returns what probe.js writes.
std::string probe(const std::string& program, const Report& report, const std::string& options,
                  const std::string& fragment = "") {
  const Folder folder;
  auto page = html_report(report);
  const auto insert = [&page](const std::string& before, const std::string& script) {
    page.insert(page.rfind(before), "<script>\n" + script + "</script>\n");
  };
  insert("</body>", read_text(RESLAB_PROBE, 1 << 20));
  insert("<title>",
         "const pageErrors = [];\n"
         "addEventListener('error', event => pageErrors.push(event.message));\n"
         "console.error = (...words) => pageErrors.push(words.join(' '));\n");
  folder.write("report.html", page);
  const auto command = "timeout 60 " + program + kOptions + "--user-data-dir='" +
                       folder / "profile' " + options + " --dump-dom 'file://" +
                       folder / "report.html" + fragment + "' >'" + folder / "dom.html" + "' 2>'" +
                       folder / "messages" + "'";
  EXPECT_EQ(std::system(command.c_str()), 0) << read_text(folder / "messages", 1 << 20);
  const auto dom = read_text(folder / "dom.html", 1 << 24);
  const std::string begin = "<pre id=\"probe\">";
  const auto found = dom.rfind(begin);
  if (found == std::string::npos) return "the probe has not finished";
  const auto start = found + begin.size();
  return dom.substr(start, dom.find("</pre>", start) - start);
}

TEST(HtmlReport, WorksInABrowser) {
  const auto program = browser();
  if (program.empty()) GTEST_SKIP() << "no chromium or google-chrome in PATH that runs";
  const auto report = drawn_report();
  ASSERT_TRUE(report.comparison);
  EXPECT_EQ(probe(program, report, "--window-size=1200,900"), "passed");
  EXPECT_EQ(probe(program, report, "--window-size=400,800"), "passed");
  EXPECT_EQ(probe(program, report, "--window-size=1200,900 --blink-settings=preferredColorScheme=0",
                  "#dark"),
            "passed");
}

TEST(HtmlReport, OfARunningExperimentReloadsItself) {
  const auto program = browser();
  if (program.empty()) GTEST_SKIP() << "no chromium or google-chrome in PATH that runs";
  auto report = drawn_report();
  report.live = {std::chrono::seconds(5), std::chrono::system_clock::now()};
  EXPECT_EQ(probe(program, report, "--window-size=1200,900"), "passed");
}

}  // namespace
}  // namespace reslab::app
