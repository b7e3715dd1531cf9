#include "app/command/live_report.h"

#include <gmock/gmock.h>

#include "app/report/results.h"
#include "app/runs/progress.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"

namespace reslab::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr auto kUnfinished = "This experiment is not finished";

class LiveReport : public testing::Test {
 protected:
  LiveReport() { std::filesystem::create_directories(folder_ / "e"); }

  std::string page() const { return read_text(folder_ / "e/report.html"); }
  bool written() const { return std::filesystem::exists(folder_ / "e/report.html"); }

  Folder folder_;
};

TEST_F(LiveReport, IsWrittenAtTheFirstRecordAndWhenItsTimeHasCome) {
  for (const auto every : {std::chrono::minutes(60), std::chrono::minutes(0)}) {
    int reads = 0;
    LiveReports reports(folder_ / "e", every, [&] {
      ++reads;
      return FoundRuns{{made_result("e", "resnet-20", 1, {{50, 60}, {5, 8.25}})},
                       {"plain-20: damaged"}};
    });
    const auto sink = reports.sink();
    sink->progress(Progress());
    EXPECT_EQ(reads, 0);
    sink->timing({.iteration = 100});
    EXPECT_THAT(page(), AllOf(HasSubstr(kUnfinished), HasSubstr("8.25"),
                              HasSubstr("Left out: plain-20: damaged.")));
    sink->progress(Progress());
    reports.sink()->timing({.iteration = 100});
    EXPECT_EQ(reads, every.count() == 0 ? 3 : 1);
    reports.close();
    EXPECT_THAT(page(), AllOf(Not(HasSubstr(kUnfinished)), HasSubstr("8.25")));
  }
}

TEST_F(LiveReport, AnErrorDoesNotStopTheTraining) {
  LiveReports reports(folder_ / "e", std::chrono::seconds(0),
                      []() -> FoundRuns { throw InvalidInput("metrics.csv: half a line"); });
  testing::internal::CaptureStderr();
  const auto sink = reports.sink();
  sink->timing({});
  sink->timing({});
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "reslab: report.html was not written: metrics.csv: half a line\n");
  EXPECT_FALSE(written());
}

}  // namespace
}  // namespace reslab::app
