#include "app/runs/progress.h"

#include <chrono>
#include <cmath>
#include <iostream>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "app/runs/terminal.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

constexpr double kSecondsBetweenRewrites = 0.1;
constexpr double kSecondsBetweenLines = 10;
constexpr const char* kEraseToEnd = "\x1b[K";

/// A part of the line. The part with the highest rank is left out first.
struct Part {
  std::string text;
  int rank = 0;
};

std::vector<Part> parts_of(const Progress& progress) {
  std::vector<Part> parts = {{fmt::format("{} seed {}", progress.network, progress.seed), 0}};
  if (progress.runs > 1) parts[0].text += fmt::format(" [{}/{}]", progress.run, progress.runs);
  parts.push_back({fmt::format("{}/{}", progress.iteration, progress.iterations), 0});
  if (progress.loss) parts.push_back({fmt::format("loss {:.3f}", *progress.loss), 3});
  if (progress.error) parts.push_back({fmt::format("error {:.1f} %", *progress.error), 1});
  if (progress.images_per_second)
    parts.push_back({fmt::format("{:.0f} images/s", *progress.images_per_second), 4});
  if (progress.seconds_left) parts.push_back({duration_text(*progress.seconds_left) + " left", 2});
  return parts;
}

std::string join(const std::vector<Part>& parts, int up_to_rank) {
  std::string text;
  for (const Part& part : parts) {
    if (part.rank > up_to_rank) continue;
    if (!text.empty()) text += "  ";
    text += part.text;
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
  const auto parts = parts_of(progress);
  for (int rank = 4; rank > 0; --rank)
    if (std::string text = join(parts, rank); text_width(text) <= width) return text;
  return cut_to_width(join(parts, 0), width);
}

ProgressLine::Output ProgressLine::standard_error() {
  const auto terminal = terminal_of(STDERR_FILENO);
  return {std::cerr, terminal.rewrites, terminal.colour,
          [] { return terminal_of(STDERR_FILENO).columns; }, steady_seconds};
}

ProgressLine::ProgressLine(Output output) : output_(std::move(output)) {}

void ProgressLine::progress(const Progress& progress) {
  progress_ = progress;
  pending_ = true;
  const double pause = output_.rewrites ? kSecondsBetweenRewrites : kSecondsBetweenLines;
  if (!shown_at_ || output_.now() - *shown_at_ >= pause) show(false);
}

void ProgressLine::close() {
  if (pending_ || shown_) show(true);
}

void ProgressLine::show(bool last) {
  pending_ = false;
  shown_at_ = output_.now();
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
