#include "app/runs/progress.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include <gtest/gtest.h>

#include "app/report/table.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

const Progress kProgress = {.network = "plain-56",
                            .seed = 1,
                            .run = 2,
                            .runs = 5,
                            .iteration = 1200,
                            .iterations = 4000,
                            .loss = 1.2341,
                            .error = 45.62,
                            .test_error = {},
                            .images_per_second = 311.7,
                            .seconds_left = 250,
                            .seconds = {}};
const std::string kWhole =
    "plain-56 seed 1 [2/5]  1200/4000  loss 1.234  error 45.6 %  312 images/s  4 min 10 s left";

TEST(Progress, DurationsAreForPeople) {
  EXPECT_EQ(duration_text(0), "0 s");
  EXPECT_EQ(duration_text(8.4), "8 s");
  EXPECT_EQ(duration_text(59.6), "1 min 00 s");
  EXPECT_EQ(duration_text(250), "4 min 10 s");
  EXPECT_EQ(duration_text(7500), "2 h 05 min");
  EXPECT_EQ(duration_text(86400 * 3 + 3600 * 4), "3 d 4 h");
  for (const double odd : {-1.0, HUGE_VAL, std::nan(""), 1e300})
    EXPECT_EQ(duration_text(odd), "unknown time");
}

TEST(Progress, FitsEveryWidthAndDropsTheLeastImportantFirst) {
  EXPECT_EQ(progress_text(kProgress, kWhole.size()), kWhole);
  for (std::size_t width = 0; width <= kWhole.size(); ++width)
    EXPECT_LE(text_width(progress_text(kProgress, width)), width);
  EXPECT_EQ(progress_text(kProgress, 80),
            "plain-56 seed 1 [2/5]  1200/4000  loss 1.234  error 45.6 %  4 min 10 s left");
  EXPECT_EQ(progress_text(kProgress, 65),
            "plain-56 seed 1 [2/5]  1200/4000  error 45.6 %  4 min 10 s left");
  EXPECT_EQ(progress_text(kProgress, 60),
            "plain-56 seed 1 [2/5]  30 %  error 45.6 %  4 min 10 s left");
  EXPECT_EQ(progress_text(kProgress, 49), "plain-56 seed 1 [2/5]  30 %  4 min 10 s left");
  EXPECT_EQ(progress_text(kProgress, 12), "plain-56 se…");
}

TEST(Progress, CutsALongNameBeforeTheTimeThatIsLeft) {
  auto progress = kProgress;
  progress.network = "resnet-110:block=bottleneck,shortcut=B";
  EXPECT_EQ(progress_text(progress, 49), "resnet-110:b… seed 1 [2/5]  30 %  4 min 10 s left");
}

TEST(Progress, OfAFinishedRunEndsInTheTestError) {
  auto progress = kProgress;
  progress.iteration = progress.iterations;
  progress.seconds_left = 0;
  progress.seconds = 850;
  progress.test_error = 47.126;
  EXPECT_EQ(progress_text(progress, 100),
            "plain-56 seed 1 [2/5]  4000/4000  in 14 min 10 s  train error 45.6 %  test error "
            "47.13 %");
  EXPECT_EQ(progress_text(progress, 70),
            "plain-56 seed 1 [2/5]  in 14 min 10 s  test error 47.13 %");
  EXPECT_EQ(progress_text(progress, 49), "plain-56 seed 1 [2/5]  test error 47.13 %");
  progress.test_error.reset();
  EXPECT_EQ(progress_text(progress, 70),
            "plain-56 seed 1 [2/5]  4000/4000  in 14 min 10 s  train error 45.6 %");
}

TEST(Progress, LeavesOutWhatIsNotKnown) {
  Progress progress;
  progress.network = "plain-20";
  progress.seed = 3;
  progress.iterations = 10;
  EXPECT_EQ(progress_text(progress, 80), "plain-20 seed 3  0/10");
}

/// Receives the output of a progress line; the test sets the time.
struct Screen {
  std::ostringstream stream;
  double now = 0;

  ProgressLine line(bool rewrites, bool colour, bool records = false) {
    return ProgressLine({stream, rewrites, colour, records, [] { return std::size_t{200}; },
                         [this] { return now; }});
  }
};

TEST(Progress, WritesFullLinesAtMostEveryTenSecondsAndTheLast) {
  Screen screen;
  auto line = screen.line(false, false);
  Progress progress = kProgress;
  for (progress.iteration = 0; progress.iteration < 25; ++progress.iteration, screen.now += 1)
    line.progress(progress);
  line.close();
  line.close();
  std::istringstream lines(screen.stream.str());
  std::vector<std::string> counts;
  for (std::string text; std::getline(lines, text);) counts.push_back(text.substr(23, 7));
  EXPECT_EQ(counts, (std::vector<std::string>{"0/4000 ", "10/4000", "20/4000", "24/4000"}));
}

TEST(Progress, WritesALineAMinuteInALongTraining) {
  Screen screen;
  auto line = screen.line(false, false);
  for (; screen.now < 36000; screen.now += 1) line.progress(kProgress);
  const auto text = screen.stream.str();
  const auto lines = std::count(text.begin(), text.end(), '\n');
  EXPECT_GT(lines, 600);
  EXPECT_LT(lines, 640);
}

TEST(Progress, KeepsALineForEveryRecordIfAsked) {
  Screen screen;
  auto line = screen.line(true, false, true);
  line.progress(kProgress);
  Record record;
  record.iteration = 1200;
  record.learning_rate = 0.1;
  record.train = {1.25, 45.5, {}};
  record.test = Score{1.5, 47, {}};
  line.record(record);
  EXPECT_EQ(screen.stream.str(),
            "\r" + kWhole +
                "\x1b[K\rplain-56 seed 1 [2/5]  iteration 1200  learning rate 0.1  train_loss "
                "1.2500  train_error 45.50  test_error 47.00\x1b[K\n");
}

TEST(Progress, RewritesOneLineOnATerminal) {
  Screen screen;
  auto line = screen.line(true, false);
  line.progress(kProgress);
  screen.now = 0.01;  // too soon to be seen
  line.progress(kProgress);
  screen.now = 1;
  line.progress(kProgress);
  line.close();
  const std::string once = "\r" + kWhole + "\x1b[K";
  EXPECT_EQ(screen.stream.str(), once + once + once + "\n");
}

TEST(Progress, NoColourMeansNoColour) {
  for (const bool colour : {false, true}) {
    Screen screen;
    auto line = screen.line(true, colour);
    line.progress(kProgress);
    EXPECT_EQ(screen.stream.str().find("\x1b[1mplain-56\x1b[0m") != std::string::npos, colour);
  }
}

}  // namespace
}  // namespace reslab::app
