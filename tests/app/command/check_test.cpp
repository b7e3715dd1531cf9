// This program is linked without LibTorch.

#include <gmock/gmock.h>

#include "app/command/command.h"
#include "app/config/json.h"
#include "folder.h"

namespace reslab::app {
namespace {

using testing::HasSubstr;

struct Checked {
  int code = 0;
  std::string out;
};

Checked check(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"check"};
  for (const auto& argument : arguments) argv.push_back(argument.c_str());
  testing::internal::CaptureStdout();
  const int code = check_command(static_cast<int>(argv.size()), argv.data());
  return {code, testing::internal::GetCapturedStdout()};
}

constexpr const char* kResNet = R"({"name": "e", "networks": ["resnet-20"]})";
constexpr const char* kFromFile =
    R"({"name": "f", "networks": ["resnet-20"], "recipe": {"init": "weights.pt"}})";

TEST(Check, NeedsNoLibTorch) {
  const Folder folder;
  const auto file = folder.write("e.json", kResNet);
  const auto [code, out] = check({file, "--device", "cpu"});
  EXPECT_EQ(code, kDone);
  EXPECT_THAT(out, HasSubstr("e is valid"));
  const auto run = Json::parse(check({file, "--device", "cpu", "--json"}).out)[0]["runs"][0];
  EXPECT_EQ(run["parameters"], 269722);
  EXPECT_EQ(run["macs"], 40551040);
}

TEST(Check, SaysThatItNeedsLibTorchBeforeItPrints) {
  const Folder folder;
  const auto file = folder.write("e.json", kResNet), weights = folder.write("f.json", kFromFile);
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{file, "--device", "cuda"},
                                             {file, "--device", "cpu", "--time"},
                                             {file, weights, "--device", "cpu"},
                                             {file, weights, "--device", "cpu", "--json"}}) {
    const auto [code, out] = check(arguments);
    EXPECT_EQ(code, kNeedsLibTorch);
    EXPECT_EQ(out, "");
  }
}

}  // namespace
}  // namespace reslab::app
