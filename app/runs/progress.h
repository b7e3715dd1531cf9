#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "app/runs/record_sink.h"

namespace reslab::app {

/// How far a run has come.
struct Progress {
  std::string network;
  std::int64_t seed = 0;
  std::int64_t run = 1;  // number of this run, from 1
  std::int64_t runs = 1;
  std::int64_t iteration = 0;
  std::int64_t iterations = 0;
  std::optional<double> loss;
  std::optional<double> error;       // of the training batches, in percent
  std::optional<double> test_error;  // of the last evaluation, in percent
  std::optional<double> images_per_second;
  std::optional<double> seconds_left;
  std::optional<double> seconds;  // since this process began or resumed the run

  bool finished() const { return iterations > 0 && iteration == iterations; }
};

/// Formats a time for people: "8 s", "4 min 10 s", "2 h 05 min", "3 d 4 h".
std::string duration_text(double seconds);

/// Returns "plain-56 seed 1 [2/5]  1200/4000  loss 1.234  error 45.6 %  312 images/s  4 min 10 s
/// left" in at most `width` columns. If the text is too long, the least important parts are left
/// out or shortened, and then the network's name is cut. For a finished run, the text shows the
/// duration and the test error instead.
std::string progress_text(const Progress& progress, std::size_t width);

/// Shows the progress to people: on a terminal as one line that is rewritten in place, elsewhere as
/// a new line every ten seconds, and later every minute.
class ProgressLine : public RecordSink {
 public:
  /// The stream that receives the line, and its properties.
  struct Output {
    std::ostream& stream;
    bool rewrites = false;               // a terminal: the line is rewritten in place
    bool colour = false;                 // the run's name is bold
    bool records = false;                // every record is printed on a line that stays
    std::function<std::size_t()> width;  // columns of a line
    std::function<double()> now;         // seconds on a clock that never goes back
  };

  /// The process's stderr, without colour if NO_COLOR is set (https://no-color.org).
  static Output standard_error();

  explicit ProgressLine(Output output);

  /// Shows the record if `Output::records` is set.
  void record(const Record& row) override;

  /// Shows the progress if the line is old enough.
  void progress(const Progress& progress) override;

  /// Shows the last progress and ends the line.
  void close() override;

 private:
  void show(bool last);
  /// Seconds between two lines, or between two rewrites of the line.
  double pause() const;

  Output output_;
  Progress progress_;
  std::optional<double> began_at_;
  std::optional<double> shown_at_;
  bool shown_ = false;    // the terminal shows a line that has not ended
  bool pending_ = false;  // progress_ is newer than what was shown last
};

}  // namespace reslab::app
