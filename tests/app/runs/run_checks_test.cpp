#include "app/runs/run_checks.h"

#include <gmock/gmock.h>

#include "folder.h"
#include "refusal.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;

TEST(FitToData, RefusesBatchNormOfOneValuePerChannel) {
  const Folder folder;
  const auto file = folder.write("e.json", R"({"name": "e", "networks": {"depth": 18},
                                               "recipe": {"batch": 8, "parts": 8}})");
  const auto lines = [&](int size, const std::vector<std::string>& assignments) {
    auto experiment = load_experiment(file, assignments);
    DataOutline outline;
    outline.classes = 10;
    outline.height = outline.width = size;
    return refusal([&] { fit_to_data(experiment, {0}, outline); });
  };
  EXPECT_THAT(lines(32, {}), ElementsAre(testing::HasSubstr("resnet-18: BatchNorm")));
  EXPECT_THAT(lines(33, {}), testing::IsEmpty());
  EXPECT_THAT(lines(32, {"/recipe/batch=16"}), testing::IsEmpty());
  EXPECT_THAT(lines(32, {"/recipe/parts=1"}), testing::IsEmpty());
  EXPECT_THAT(lines(32, {"/recipe/parts=4"}), testing::IsEmpty());
  EXPECT_THAT(lines(32, {"/networks/stem=3x3"}), testing::IsEmpty());
  EXPECT_THAT(lines(32, {"/networks/batch_norm=false"}), testing::IsEmpty());
}

TEST(FitToData, DemandsEqualPartsOfABatch) {
  const Folder folder;
  const auto file = folder.write("e.json", R"({"name": "e", "networks": "resnet-8",
                                               "recipe": {"batch": 12}})");
  for (const int parts : {1, 2, 4, 3, 8, 16}) {
    auto experiment = load_experiment(file, {"/recipe/parts=" + std::to_string(parts)});
    DataOutline outline;
    outline.classes = 10;
    outline.height = outline.width = 32;
    const auto lines = refusal([&] { fit_to_data(experiment, {0}, outline); });
    if (parts <= 4 && parts != 3)
      EXPECT_THAT(lines, testing::IsEmpty()) << parts;
    else
      EXPECT_THAT(lines, ElementsAre(testing::HasSubstr("a batch of 12 in "))) << parts;
  }
}

}  // namespace
}  // namespace reslab::app
