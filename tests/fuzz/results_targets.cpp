#include <array>
#include <fstream>
#include <limits>

#include "app/report/report.h"
#include "app/report/terminal_plot.h"
#include "app/runs/csv.h"
#include "app/runs/machine_speed.h"
#include "app/runs/run_directory.h"
#include "fuzz/files_targets.h"

namespace reslab {
namespace {

using app::RunDirectory;

/// Writes the file, or removes it if there is no text for it.
void put(const std::filesystem::path& file, const std::string& text) {
  if (text.empty())
    std::filesystem::remove(file);
  else
    std::ofstream(file, std::ios::binary) << text;
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++count;
  return count;
}

void expect_printable_lines(std::string_view text) {
  for (const auto& line : parts_of(std::as_bytes(std::span(text)), "\n")) expect_printable(line);
}

/// A report must contain no script and no terminal code from the results.
void expect_harmless(const app::Report& report) {
  expect_printable_lines(app::terminal_report(report));
  expect_printable_lines(app::terminal_plot(report.figures.front(), {}));
  expect_printable_lines(app::markdown_report(report));
  static const auto scripts = count_of(app::html_report({}), "<script");
  const auto page = app::html_report(report);
  if (count_of(page, "<script") != scripts) throw std::logic_error("a script from the results");
}

/// Rows must be the same after they are written and read again. A resume must keep exactly the rows
/// up to its iteration.
template <class Row>
void read_rows(std::string_view text) {
  const auto rows = app::parse_csv<Row>(text, "x");
  const auto written = app::csv_text(rows);
  if (app::csv_text(app::parse_csv<Row>(written, "x")) != written)
    throw std::logic_error("rows do not read back");
  if (rows.empty()) return;
  auto kept = rows;
  const auto last = rows[rows.size() / 2].iteration;
  std::erase_if(kept, [last](const Row& row) { return row.iteration > last; });
  if (app::csv_text(app::parse_csv<Row>(app::text_until(text, "x", last), "x")) !=
      app::csv_text(kept))
    throw std::logic_error("a resume keeps other rows");
}

}  // namespace

void read_csv(Bytes bytes, const std::filesystem::path& /*folder*/) {
  const auto text = text_of(bytes);
  expect_read_or_refused([text] { read_rows<Record>(text); });
  expect_read_or_refused([text] { read_rows<LayerRecord>(text); });
  expect_read_or_refused([text] { read_rows<ConfusionRecord>(text); });
  expect_read_or_refused([text] { read_rows<Timing>(text); });
  expect_read_or_refused([text] { app::text_until(text, "x", 100); });
}

void read_results(Bytes bytes, const std::filesystem::path& folder) {
  const auto experiment = folder / "experiment";
  const RunDirectory run(experiment / "network/seed-1");
  std::filesystem::create_directories(run.path());
  const std::array files = {run.path() / "run.json",
                            run.metrics(),
                            run.layers(),
                            run.confusion(),
                            run.timing(),
                            run.pictures(),
                            experiment / "experiment.json"};
  auto parts = parts_of(bytes, "\n----\n");
  parts.resize(files.size());
  for (std::size_t i = 0; i < files.size(); ++i) put(files[i], parts[i]);

  expect_read_or_refused([&] { app::read_stored_run(run.path()); });
  auto found = app::find_runs({experiment});
  expect_lines(found.errors);
  if (found.results.empty()) return;
  expect_read_or_refused(
      [&] { expect_harmless(app::make_report(app::with_claims(std::move(found.results)))); });
}

void read_speeds(Bytes bytes, const std::filesystem::path& folder) {
  const auto file = folder / "speeds.json";
  put(file, std::string(text_of(bytes)));
  const app::SpeedConditions conditions{"CPU", 2, "float32", "fused", "1"};
  const app::MachineSpeed speed{"resnet-20", 1000, 1e9, 1e9};
  app::MachineSpeeds speeds(file);
  if (const auto known = speeds.find(conditions, "plain-20", 1 << 20))
    if (known->macs <= 0 || !(known->training > 0) || !(known->evaluation > 0))
      throw std::logic_error("an impossible speed");
  if (!speeds.remember(conditions, speed) ||
      app::MachineSpeeds(file).find(conditions, speed.network, speed.macs) != speed)
    throw std::logic_error("a speed that is not remembered");
}

}  // namespace reslab
