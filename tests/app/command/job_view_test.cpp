#include "app/command/job_view.h"

#include <sstream>

#include <gtest/gtest.h>

namespace reslab::app {
namespace {

TEST(JobView, KeepsLinesAndShowsRepeatedOnesOnce) {
  std::ostringstream stream;
  JobView view(stream, 2, [] { return std::size_t{0}; });
  view.receive(0, "data: shapes\nplain-8 0/12");
  view.receive(1, "data: shapes\nresnet-8 0/12\n");
  view.draw();
  EXPECT_EQ(stream.str(), "data: shapes\nresnet-8 0/12\n");
  view.receive(0, "\n");
  view.receive(0, "an end without a line feed");
  view.end(0);
  EXPECT_EQ(stream.str(),
            "data: shapes\nresnet-8 0/12\nplain-8 0/12\nan end without a line feed\n");
}

TEST(JobView, DrawsTheLineThatEachProcessRewrites) {
  std::ostringstream stream;
  JobView view(stream, 3, [] { return std::size_t{24}; });
  view.receive(0, "\rplain-8 1/12\x1b[K");
  view.receive(1, "\rresnet-8 1/12\x1b");  // in the middle of the line's end
  view.draw();
  EXPECT_EQ(stream.str(), "plain-8 1/12\n");
  stream.str("");
  view.receive(1, "[K\rresn");
  view.draw();
  EXPECT_EQ(stream.str(), "\x1b[1A\x1b[Jplain-8 1/12\nresnet-8 1/12\n");
  stream.str("");
  view.receive(0, "\rplain-8 12/12\x1b[K\n");  // stays above the others
  view.draw();
  EXPECT_EQ(stream.str(), "\x1b[2A\x1b[Jplain-8 12/12\nresnet-8 1/12\n");
}

TEST(JobView, FitsTheTerminal) {
  std::ostringstream stream;
  JobView view(stream, 10, [] { return std::size_t{4}; });
  for (std::size_t job = 0; job < 10; ++job)
    view.receive(job, "\rrun " + std::to_string(job) + "\x1b[K");
  view.draw();
  EXPECT_EQ(stream.str(), "run 0\nrun 1\n… and 8 more\n");
}

}  // namespace
}  // namespace reslab::app
