#include <gmock/gmock.h>

#include "app/command/command.h"
#include "app/config/experiment.h"
#include "app/report/results.h"
#include "refusal.h"
#include "reslab/base/file.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Runs `reslab compare` with the arguments and returns what it prints on stdout.
std::string output_of(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "compare");
  std::vector<const char*> argv;
  for (const auto& argument : arguments) argv.push_back(argument.c_str());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  std::vector<std::string> errors = refusal(
      [&] { EXPECT_EQ(compare_command(static_cast<int>(argv.size()), argv.data()), kDone); });
  testing::internal::GetCapturedStderr();
  const std::string output = testing::internal::GetCapturedStdout();
  if (!errors.empty()) throw InvalidInput(errors);
  return output;
}

TEST(Compare, ReportsIntoTheOneExperimentOrWhereTold) {
  const Folder folder;
  write_result(folder, made_result("a", "x", 1, {{10, 20}}));
  write_result(folder, made_result("b", "x", 1, {{30, 40}}));
  const auto reported = [&](const std::string& place) {
    int files = 0;
    for (const char* file : {"/report.html", "/report.md", "/curves.svg"})
      files += std::filesystem::remove(folder / (place + file)) ? 1 : 0;
    return files;
  };
  EXPECT_THAT(output_of({folder / "a"}), HasSubstr("x         "));
  EXPECT_EQ(reported("a"), 3);
  output_of({folder / "a/"});
  EXPECT_EQ(reported("a"), 3);
  EXPECT_THAT(output_of({folder / ""}), testing::AllOf(HasSubstr("a/x"), HasSubstr("b/x")));
  output_of({folder / "a", folder / "b"});
  output_of({folder / "a/x"});
  for (const char* place : {"", "a", "b", "a/x"}) EXPECT_EQ(reported(place), 0) << place;
  output_of({folder / "a", folder / "b", "-o", folder / "new/place"});
  EXPECT_EQ(reported("new/place"), 3);
}

TEST(Compare, KnowsTheClaimsThatStandBesideTheRuns) {
  const Folder folder;
  write_result(folder, made_result("a", "x", 1, {{10, 20}}));
  const Measure measure = {"x", "test_error", {}, {}};
  write_claims(folder / "a",
               {"a",
                "its why",
                {1},
                {},
                {{"low", measure, Expectation::Relation::below, {}, 30, 0, {}, 8.75}}});
  EXPECT_THAT(
      output_of({folder / "a"}),
      HasSubstr("met: low: x test_error 20.00 is 10.00 below 30, wanted below (paper: 8.75)"));
  EXPECT_THAT(read_text(folder / "a/report.md"), HasSubstr("its why"));
  EXPECT_EQ(Json::parse(output_of({folder / "a", "--json"}))["networks"][0]["paper"]["test_error"],
            8.75);
}

TEST(Compare, SaysThatItWroteNothingAndWhichSettingIsBest) {
  const Folder folder;
  auto better = made_result("b", "x", 1, {{10, 20}}), worse = made_result("a", "x", 1, {{30, 40}});
  better.run["identity"] = {{"recipe", {{"batch", 32}}}};
  worse.run["identity"] = {{"recipe", {{"batch", 64}}}};
  write_result(folder, better);
  write_result(folder, worse);
  const auto a = folder / "a", b = folder / "b";
  const std::vector<const char*> argv = {"compare", a.c_str(), b.c_str()};
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  EXPECT_EQ(compare_command(3, argv.data()), kDone);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "no report written; -o DIR writes report.html, report.md and the figures\n");
  EXPECT_THAT(testing::internal::GetCapturedStdout(),
              HasSubstr("Best on the test split: batch=32 with 20.00 % (1 seed)."));
  output_of({a, b, "-o", folder / "c"});
  EXPECT_THAT(read_text(folder / "c/report.md"), HasSubstr("![Error by setting](settings.svg)"));
  EXPECT_THAT(read_text(folder / "c/report.html"), HasSubstr("aria-label=\"test error by batch\""));
  EXPECT_THAT(read_text(folder / "c/settings.svg"), HasSubstr("test error (%)"));
}

TEST(Compare, PrintsJson) {
  const Folder folder;
  write_result(folder, made_result("a", "x", 1, {{10, 20}}));
  const Json json = Json::parse(output_of({folder / "a/x", "--json"}));
  ASSERT_EQ(json["networks"].size(), 1U);
  EXPECT_EQ(json["networks"][0]["test_error"], 20);
  EXPECT_TRUE(json["settings"].is_null());
}

TEST(Compare, WrongUsageIsOneLine) {
  const Folder folder;
  EXPECT_THAT(refusal([] { output_of({}); }), ElementsAre(HasSubstr("no directory given")));
  EXPECT_THAT(refusal([] { output_of({"--nonsense"}); }), ElementsAre(HasSubstr("nonsense")));
  EXPECT_THAT(refusal([&] { output_of({folder / ""}); }), ElementsAre(HasSubstr("no runs in it")));
}

TEST(Compare, LeavesDamagedRunsOutAndSaysSo) {
  const Folder folder;
  write_result(folder, made_result("a", "x", 1, {{10, 20}}));
  folder.write("a/y/seed-1/run.json", "{");
  const auto directory = folder / "a";
  const std::vector<const char*> argv = {"compare", directory.c_str()};
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  EXPECT_EQ(compare_command(2, argv.data()), kInvalidInput);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("left out: " + directory + "/y/seed-1/run.json"));
  EXPECT_THAT(testing::internal::GetCapturedStdout(), HasSubstr("x         "));
}

}  // namespace
}  // namespace reslab::app
