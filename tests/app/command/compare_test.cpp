#include "app/command/compare.h"

#include <gmock/gmock.h>

#include "app/command/command.h"
#include "app/report/results.h"
#include "refusal.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// What `reslab compare` with the arguments prints on stdout.
std::string output_of(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "compare");
  std::vector<const char*> argv;
  for (const auto& argument : arguments) argv.push_back(argument.c_str());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  std::vector<std::string> mistakes =
      refusal([&] { EXPECT_EQ(compare(static_cast<int>(argv.size()), argv.data()), kDone); });
  testing::internal::GetCapturedStderr();
  const std::string output = testing::internal::GetCapturedStdout();
  if (!mistakes.empty()) throw InvalidInput(mistakes);
  return output;
}

TEST(Compare, DrawsIntoTheOneExperimentOrWhereTold) {
  const Folder folder;
  write_result(folder, made_result("a", "x", 1, {{10, 20}}));
  write_result(folder, made_result("b", "x", 1, {{30, 40}}));
  const auto drawn = [&](const std::string& place) {
    return std::filesystem::remove(folder / (place + "/curves.svg"));
  };
  EXPECT_THAT(output_of({folder / "a"}), HasSubstr("x         "));
  EXPECT_TRUE(drawn("a"));
  output_of({folder / "a/"});
  EXPECT_TRUE(drawn("a"));
  EXPECT_THAT(output_of({folder / ""}), testing::AllOf(HasSubstr("a/x"), HasSubstr("b/x")));
  output_of({folder / "a", folder / "b"});
  output_of({folder / "a/x"});
  for (const char* place : {"", "a", "b", "a/x"}) EXPECT_FALSE(drawn(place)) << place;
  output_of({folder / "a", folder / "b", "-o", folder / "new/place"});
  EXPECT_TRUE(drawn("new/place"));
}

TEST(Compare, PrintsJson) {
  const Folder folder;
  write_result(folder, made_result("a", "x", 1, {{10, 20}}));
  const Json json = Json::parse(output_of({folder / "a/x", "--json"}));
  ASSERT_EQ(json.size(), 1U);
  EXPECT_EQ(json[0]["test_error"], 20);
}

TEST(Compare, WrongUsageIsOneLine) {
  const Folder folder;
  EXPECT_THAT(refusal([] { output_of({}); }), ElementsAre(HasSubstr("no directory given")));
  EXPECT_THAT(refusal([] { output_of({"--nonsense"}); }), ElementsAre(HasSubstr("nonsense")));
  EXPECT_THAT(refusal([&] { output_of({folder / ""}); }), ElementsAre(HasSubstr("no runs in it")));
}

}  // namespace
}  // namespace reslab::app
