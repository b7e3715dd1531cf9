#include "app/command/job_view.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include <fmt/format.h>

namespace reslab::app {
namespace {

constexpr std::string_view kEraseRest = "\x1b[K";  // ends a line that is rewritten

}  // namespace

JobView::JobView(std::ostream& stream, std::size_t jobs, std::function<std::size_t()> rows)
    : stream_(stream), rows_(std::move(rows)), screens_(jobs) {}

void JobView::receive(std::size_t job, std::string_view bytes) {
  auto& [pending, shown] = screens_[job];
  for (const char byte : bytes) {
    if (byte == '\n') {
      keep(std::exchange(pending, {}));
      shown.clear();
    } else if (byte == '\r') {
      pending.clear();
    } else {
      pending += byte;
      if (pending.ends_with(kEraseRest)) {
        pending.resize(pending.size() - kEraseRest.size());
        shown = pending;
      }
    }
  }
}

void JobView::end(std::size_t job) {
  auto& [pending, shown] = screens_[job];
  shown.clear();
  if (!pending.empty()) keep(std::exchange(pending, {}));
}

void JobView::keep(const std::string& line) {
  if (!kept_.insert(line).second) return;
  erase();
  stream_ << line << "\n" << std::flush;
}

void JobView::erase() {
  if (drawn_ > 0) stream_ << "\x1b[" << drawn_ << "A\x1b[J";
  drawn_ = 0;
}

void JobView::draw() {
  const auto rows = rows_();
  if (rows == 0) return;
  std::vector<std::string> lines;
  for (const auto& screen : screens_)
    if (!screen.shown.empty()) lines.push_back(screen.shown);
  const auto most = std::max<std::size_t>(rows, 3) - 1;  // the cursor is below the lines
  if (lines.size() > most) {
    const auto hidden = lines.size() - most + 1;
    lines.resize(most - 1);
    lines.push_back(fmt::format("… and {} more", hidden));
  }
  erase();
  for (const auto& line : lines) stream_ << line << "\n";
  stream_ << std::flush;
  drawn_ = lines.size();
}

}  // namespace reslab::app
