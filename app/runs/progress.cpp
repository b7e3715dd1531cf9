#include "app/runs/progress.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "app/config/metric.h"
#include "app/runs/messages.h"
#include "app/runs/terminal.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

constexpr double kSecondsBetweenRewrites = 0.1;
constexpr double kLeastBetweenLines = 10;  // seconds
constexpr double kMostBetweenLines = 60;
constexpr int kMostRank = 4;
constexpr int kCounts = 2;  // rank of "1200/4000"
constexpr const char* kEraseToEnd = "\x1b[K";

/// A part of the progress line. The part with the highest rank is left out first.
struct Part {
  std::string text;
  int rank = 0;
};

std::string run_text(const Progress& progress, const std::string& network) {
  auto text = fmt::format("{} seed {}", network, progress.seed);
  if (progress.runs > 1) text += fmt::format(" [{}/{}]", progress.run, progress.runs);
  return text;
}

/// The parts after the run's name.
std::vector<Part> parts_of(const Progress& progress) {
  std::vector<Part> parts;
  const auto add = [&parts](int rank, std::string text) {
    parts.push_back({std::move(text), rank});
  };
  if (progress.finished()) {
    add(3, fmt::format("{0}/{0}", progress.iterations));
    if (progress.seconds) add(1, "in " + duration_text(*progress.seconds));
    if (progress.error) add(2, fmt::format("train error {:.1f} %", *progress.error));
    if (progress.test_error) add(0, fmt::format("test error {:.2f} %", *progress.test_error));
    return parts;
  }
  add(kCounts, fmt::format("{}/{}", progress.iteration, progress.iterations));
  if (progress.loss) add(3, fmt::format("loss {:.3f}", *progress.loss));
  if (progress.error) add(1, fmt::format("error {:.1f} %", *progress.error));
  if (progress.images_per_second)
    add(4, fmt::format("{:.0f} images/s", *progress.images_per_second));
  if (progress.seconds_left) add(0, duration_text(*progress.seconds_left) + " left");
  return parts;
}

/// Joins the parts up to a rank, each after two spaces. If the counts are left out, a run that has
/// not finished shows its percentage in their place.
std::string join(const Progress& progress, int up_to_rank) {
  std::string text;
  for (const Part& part : parts_of(progress)) {
    if (part.rank <= up_to_rank)
      text += "  " + part.text;
    else if (part.rank == kCounts && !progress.finished() && progress.iterations > 0)
      text += fmt::format("  {} %", 100 * progress.iteration / progress.iterations);
  }
  return text;
}

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

std::string duration_text(double seconds) {
  // 100 years. Larger numbers come from a speed near zero and may not fit an integer.
  if (!(seconds >= 0 && seconds < 3.2e9)) return "unknown time";
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  const std::int64_t minutes = whole / 60, hours = minutes / 60, days = hours / 24;
  if (days > 0) return fmt::format("{} d {} h", days, hours % 24);
  if (hours > 0) return fmt::format("{} h {:02} min", hours, minutes % 60);
  if (minutes > 0) return fmt::format("{} min {:02} s", minutes, whole % 60);
  return fmt::format("{} s", whole);
}

std::string progress_text(const Progress& progress, std::size_t width) {
  const auto run = run_text(progress, progress.network);
  std::string rest;
  for (int rank = kMostRank; rank >= 0; --rank) {
    rest = join(progress, rank);
    if (text_width(run + rest) <= width) return run + rest;
  }
  constexpr std::size_t kLeastName = 6;
  const auto without_name = text_width(run_text(progress, "") + rest);
  if (without_name + kLeastName > width) return cut_to_width(run + rest, width);
  return run_text(progress, cut_to_width(progress.network, width - without_name)) + rest;
}

ProgressLine::Output ProgressLine::standard_error() {
  const auto terminal = terminal_of(STDERR_FILENO);
  return {std::cerr,
          terminal.rewrites,
          terminal.colour,
          verbosity() == Verbosity::verbose,
          [] { return terminal_of(STDERR_FILENO).columns; },
          steady_seconds};
}

ProgressLine::ProgressLine(Output output) : output_(std::move(output)) {}

double ProgressLine::pause() const {
  if (output_.rewrites) return kSecondsBetweenRewrites;
  return std::clamp((output_.now() - *began_at_) / 10, kLeastBetweenLines, kMostBetweenLines);
}

void ProgressLine::record(const Record& row) {
  if (!output_.records) return;
  auto text = fmt::format("{}  iteration {}  learning rate {:g}",
                          run_text(progress_, progress_.network), row.iteration, row.learning_rate);
  for (const auto& metric : {"train_loss", "train_error", "validation_error", "test_error"})
    if (const auto value = metric_value(row, metric))
      text += "  " + std::string(metric) + " " + metric_text(metric, *value);
  output_.stream << (shown_ ? "\r" : "") << text << (output_.rewrites ? kEraseToEnd : "") << "\n"
                 << std::flush;
  shown_ = false;
}

void ProgressLine::progress(const Progress& progress) {
  progress_ = progress;
  pending_ = true;
  if (!began_at_) began_at_ = output_.now();
  if (!shown_at_ || output_.now() - *shown_at_ >= pause()) show(false);
}

void ProgressLine::close() {
  if (pending_ || shown_) show(true);
}

void ProgressLine::show(bool last) {
  pending_ = false;
  shown_at_ = output_.now();
  progress_.seconds = *shown_at_ - *began_at_;
  if (!output_.rewrites) {
    output_.stream << progress_text(progress_, std::numeric_limits<std::size_t>::max())
                   << std::endl;
    return;
  }
  // The last column stays empty, because some terminals start a new line after it.
  const std::size_t columns = output_.width();
  std::string text = progress_text(progress_, columns > 0 ? columns - 1 : 0);
  if (output_.colour && text.starts_with(progress_.network))
    text = "\x1b[1m" + progress_.network + "\x1b[0m" + text.substr(progress_.network.size());
  output_.stream << '\r' << text << kEraseToEnd << (last ? "\n" : "") << std::flush;
  shown_ = !last;
}

}  // namespace reslab::app
