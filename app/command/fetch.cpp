#include <algorithm>
#include <chrono>
#include <iostream>

#include <fmt/format.h>
#include <unistd.h>

#include "app/command/arguments.h"
#include "app/command/command.h"
#include "app/fetch/dataset_files.h"
#include "app/runs/messages.h"
#include "app/runs/progress.h"
#include "app/runs/terminal.h"
#include "reslab/base/error.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

const RemoteDataSet& find_data_set(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& data_set : remote_data_sets()) {
    if (data_set.name == name) return data_set;
    names.push_back(data_set.name);
  }
  throw InvalidInput("unknown data set '" + name + "'" + suggestion(name, names));
}

/// Shows how far a download is: on a terminal in one line, otherwise in a line every ten seconds.
class DownloadLine {
 public:
  void show(std::int64_t bytes, std::int64_t total) {
    if (verbosity() == Verbosity::quiet) return;
    using Clock = std::chrono::steady_clock;
    const auto now = Clock::now();
    if (first_bytes_ < 0) {
      first_bytes_ = bytes;
      first_ = shown_ = now;
    }
    const auto seconds = [](Clock::duration time) {
      return std::chrono::duration<double>(time).count();
    };
    const bool ends = total > 0 && bytes == total && bytes != last_bytes_;
    if (!ends && seconds(now - shown_) < (terminal_ ? 0.2 : 10)) return;
    shown_ = now;
    last_bytes_ = bytes;
    const auto speed =
        static_cast<double>(bytes - first_bytes_) / std::max(seconds(now - first_), 1e-3);
    auto line = fmt::format("{:.1f}", static_cast<double>(bytes) / kMiB);
    if (total > 0)
      line += fmt::format(" of {:.1f} MiB, {} %", static_cast<double>(total) / kMiB,
                          100 * bytes / total);
    else
      line += " MiB";
    line += fmt::format(", {:.1f} MiB/s", speed / kMiB);
    if (total > bytes && speed > 0)
      line += ", " + duration_text(static_cast<double>(total - bytes) / speed) + " left";
    if (terminal_)
      std::cerr << "\r\033[K" << line << (ends ? "\n" : "") << std::flush;
    else
      std::cerr << line << "\n";
  }

 private:
  static constexpr double kMiB = 1 << 20;

  bool terminal_ = terminal_of(STDERR_FILENO).rewrites;
  std::chrono::steady_clock::time_point first_;
  std::chrono::steady_clock::time_point shown_;
  std::int64_t first_bytes_ = -1;  // what an earlier call downloaded
  std::int64_t last_bytes_ = -1;
};

}  // namespace

int fetch_command(int argc, const char* const* argv) {
  const auto given = parse_arguments("fetch", argc, argv);
  if (!given) return kDone;
  const auto names = positional_of(*given);
  if (names.size() != 1)
    throw InvalidInput("expected one data set, found " + std::to_string(names.size()));
  const auto& data_set = find_data_set(names.front());
  const std::filesystem::path directory = (*given)["output"].as<std::string>();
  const auto folder = (directory / data_set.folder).string();
  if (data_set.errors(folder).empty()) {
    note(folder + ": is complete, nothing to do");
    return kDone;
  }
  DownloadLine line;
  const auto source = value_of(*given, "from");
  note("fetching " + (source.empty() ? data_set.url : source));
  fetch(data_set, directory, source,
        [&line](std::int64_t bytes, std::int64_t total) { line.show(bytes, total); });
  note(folder + ": complete");
  return kDone;
}

}  // namespace reslab::app
