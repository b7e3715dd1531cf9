#include "app/command/candidates.h"

#include <gmock/gmock.h>

#include "folder.h"

namespace reslab::app {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> words_for(const std::vector<std::string>& line) {
  std::vector<std::string> words;
  for (const auto& candidate : candidates(line).words) words.push_back(candidate.text);
  return words;
}

TEST(Candidates, AreCommandsAtFirst) {
  EXPECT_THAT(words_for({""}),
              AllOf(Contains("run"), Contains("--version"), Not(Contains("complete"))));
  EXPECT_THAT(words_for({"comp"}), ElementsAre("compare", "completion"));
  EXPECT_THAT(words_for({"nonsense", ""}), IsEmpty());
}

TEST(Candidates, AreOptionsThatTheLineDoesNotContainYet) {
  EXPECT_THAT(words_for({"run", "--o"}), ElementsAre("--only", "--out"));
  EXPECT_THAT(words_for({"run", "--out", "x", "--o"}), ElementsAre("--only"));
  EXPECT_THAT(words_for({"run", "--out=x", "--o"}), ElementsAre("--only"));
  EXPECT_THAT(words_for({"run", "--set", "/name=x", "--set"}), ElementsAre("--set"));
}

TEST(Candidates, AreTheValuesOfAnOption) {
  EXPECT_THAT(words_for({"run", "--device", ""}), ElementsAre("auto", "cpu", "cuda"));
  EXPECT_THAT(words_for({"run", "--device=c"}), ElementsAre("--device=cpu", "--device=cuda"));
  EXPECT_THAT(words_for({"bench", "--kernels", "f"}), ElementsAre("fused"));
  EXPECT_EQ(candidates({"compare", "-o", ""}).paths, Completion::folders);
  EXPECT_EQ(candidates({"export", "--output", "x"}).paths, Completion::files);
}

TEST(Candidates, ForSetAreThePointersLevelByLevelAndTheirValues) {
  EXPECT_THAT(words_for({"run", "--set", "/re"}), ElementsAre("/recipe/"));
  EXPECT_THAT(words_for({"run", "--set", "/recipe/batch"}),
              ElementsAre("/recipe/batch=", "/recipe/batch_norm/"));
  EXPECT_THAT(words_for({"run", "--set", "/recipe/optimizer/mo"}),
              ElementsAre("/recipe/optimizer/momentum="));
  EXPECT_THAT(words_for({"run", "--set", "/recipe/optimizer/nesterov="}),
              ElementsAre("/recipe/optimizer/nesterov=false", "/recipe/optimizer/nesterov=true"));
  EXPECT_THAT(words_for({"run", "--set", "/recipe/kernels=a"}),
              ElementsAre("/recipe/kernels=aten"));
  EXPECT_THAT(words_for({"run", "--set", ""}), AllOf(Contains("/name="), Contains("/data/")));
}

TEST(Candidates, AreNetworksAndTheirSettings) {
  EXPECT_THAT(words_for({"describe", "resnet-3"}), ElementsAre("resnet-32", "resnet-34"));
  EXPECT_THAT(words_for({"describe", "resnet-20:shortcut="}),
              ElementsAre("resnet-20:shortcut=A", "resnet-20:shortcut=B", "resnet-20:shortcut=C"));
  EXPECT_THAT(words_for({"describe", "resnet-20:shortcut=B,paddin"}), IsEmpty());
  EXPECT_THAT(words_for({"describe", "resnet-20:shortcut=A,paddin"}),
              ElementsAre("resnet-20:shortcut=A,padding="));
  EXPECT_THAT(words_for({"describe", "plain-20:"}), Not(Contains("plain-20:gate_bias=")));
  EXPECT_THAT(words_for({"describe", "highway-20:gate_b"}), ElementsAre("highway-20:gate_bias="));
  EXPECT_THAT(words_for({"describe", "resnet-21:"}), IsEmpty());
}

TEST(Candidates, ForModelsAreNetworksAndFilesThenImages) {
  const auto model = candidates({"predict", "resnet-5"});
  EXPECT_EQ(model.paths, Completion::files);
  EXPECT_FALSE(model.words.empty());
  const auto image = candidates({"predict", "model.pt", ""});
  EXPECT_EQ(image.paths, Completion::files);
  EXPECT_THAT(image.words, IsEmpty());
}

TEST(Candidates, AreExperimentFilesAndFoldersOfRuns) {
  EXPECT_EQ(candidates({"run", ""}).paths, Completion::json_files);
  EXPECT_EQ(candidates({"watch", ""}).paths, Completion::folders);
}

TEST(Candidates, OfADataSetAreItsFolders) {
  const Folder folder;
  folder.write("images/train/a.png", "");
  const auto path = folder.path().string();
  EXPECT_THAT(words_for({"evaluate", "m", "--data", "fol"}), ElementsAre("folder"));
  EXPECT_THAT(words_for({"evaluate", "m", "--data", "folder:" + path + "/im"}),
              ElementsAre("folder:" + path + "/images/"));
  EXPECT_THAT(words_for({"evaluate", "m", "--data", "folder:/no/such/"}), IsEmpty());
}

}  // namespace
}  // namespace reslab::app
