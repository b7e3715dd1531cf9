#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

namespace reslab::app {

/// Where a run stands.
struct Progress {
  std::string network;
  std::int64_t seed = 0;
  std::int64_t run = 1;  // which of the runs, from 1
  std::int64_t runs = 1;
  std::int64_t iteration = 0;
  std::int64_t iterations = 0;
  std::optional<double> loss;
  std::optional<double> error;  // percent
  std::optional<double> images_per_second;
  std::optional<double> seconds_left;
};

/// "8 s", "4 min 10 s", "2 h 05 min", "3 d 4 h".
std::string duration_text(double seconds);

/// "plain-56 seed 1 [2/5]  1200/4000  loss 1.234  error 45.6 %  312 images/s  4 min 10 s left" in
/// at most `width` columns: what matters least is left out first, what remains is cut.
std::string progress_text(const Progress& progress, std::size_t width);

/// Shows the progress to people: on a terminal one line, rewritten in place; elsewhere a full line
/// at most every ten seconds.
class ProgressLine {
 public:
  /// Where it writes to and how.
  struct Output {
    std::ostream& stream;
    bool rewrites = false;               // a terminal: the line is rewritten in place
    bool colour = false;                 // the run's name is bold
    std::function<std::size_t()> width;  // columns of a line
    std::function<double()> now;         // seconds, never going back
  };

  /// The process's stderr; no colour with NO_COLOR (https://no-color.org).
  static Output standard_error();

  explicit ProgressLine(Output output);

  /// Shows where the run stands, where the last time is long enough ago.
  void update(const Progress& progress);

  /// Takes the line away, for a message to be printed instead; the next update shows it again.
  void clear();

  /// Shows the last progress for good: the next line starts below it.
  void finish();

 private:
  void show(bool last);

  Output output_;
  Progress progress_;
  std::optional<double> shown_at_;
  bool shown_ = false;    // a line stands on the terminal, the cursor at its end
  bool pending_ = false;  // progress_ is newer than what was shown last
};

}  // namespace reslab::app
