#include "app/config/run_name.h"

#include <gmock/gmock.h>

namespace reslab::app {
namespace {

TEST(RunName, ASettingHasTheShortestNameThatIsItsOwn) {
  const std::pair<std::string, std::string> table[] = {
      {"/recipe/batch", "batch"},
      {"/recipe/learning_rate/start", "start"},
      {"/recipe/optimizer/weight_decay", "weight_decay"},
      {"/recipe/optimizer/momentum", "optimizer.momentum"},
      {"/recipe/batch_norm/momentum", "batch_norm.momentum"},
      {"/recipe/optimizer/name", "optimizer.name"},
      {"/data/name", "name"},
      {"/recipe/iterations", "iterations"},
      {"/recipe/learning_rate/linear_warmup/iterations", "linear_warmup.iterations"},
      {"/data/augment/pad", "pad"}};
  for (const auto& [pointer, name] : table) EXPECT_EQ(short_name(pointer), name);
}

TEST(RunName, HasTheValuesInAFormForFolders) {
  const std::pair<std::string, std::string> table[] = {
      {"64", "batch=64"},        {"0.05", "batch=0.05"},      {"1e-4", "batch=0.0001"},
      {"true", "batch=true"},    {"-3", "batch=-3"},          {"null", "batch=null"},
      {"[1, 2]", "batch=1+2"},   {"[]", "batch=none"},        {"\"a/b c\"", "batch=a-b-c"},
      {"{}", "batch=default"},   {"\"Ä@,:\"", "batch=-----"}, {"16.0", "batch=16"},
      {"1e-300", "batch=1e-300"}};
  for (const auto& [value, text] : table)
    EXPECT_EQ(run_name("resnet-20", {{"/recipe/batch", Json::parse(value)}}), "resnet-20@" + text);
}

TEST(RunName, ShowsTheValuesInsideOfAnObject) {
  EXPECT_EQ(run_name("plain-8", {{"/recipe/optimizer", Json::parse(R"({"name": "adamw", "eps": null,
                                  "betas": [0.9, 0.99]})")},
                                 {"/recipe/batch", 8}}),
            "plain-8@optimizer.name=adamw,betas=0.9+0.99,batch=8");
}

TEST(RunName, LeavesOutWhatTheNetworksNameShows) {
  EXPECT_EQ(run_name("resnet-20:shortcut=B", {{"/network/shortcut", "B"}}), "resnet-20:shortcut=B");
  EXPECT_EQ(run_name("plain-20", {}), "plain-20");
}

TEST(RunName, BeginsWithTheNetwork) {
  EXPECT_EQ(network_of("resnet-20:shortcut=B@start=0.1"), "resnet-20:shortcut=B");
  EXPECT_EQ(network_of("plain-20"), "plain-20");
}

}  // namespace
}  // namespace reslab::app
