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
                                               "recipe": {"batch": 9, "micro_batch": 4}})");
  const auto lines = [&](int size, const std::vector<std::string>& assignments) {
    auto experiment = load_experiment(file, assignments);
    DataOutline outline;
    outline.classes = 10;
    outline.height = outline.width = size;
    return refusal([&] { fit_to_data(experiment, {0}, outline); });
  };
  EXPECT_THAT(lines(32, {}), ElementsAre(testing::HasSubstr("resnet-18: BatchNorm")));
  EXPECT_THAT(lines(33, {}), testing::IsEmpty());
  EXPECT_THAT(lines(32, {"/recipe/batch=10"}), testing::IsEmpty());
  EXPECT_THAT(lines(32, {"/recipe/micro_batch=0"}), testing::IsEmpty());
  EXPECT_THAT(lines(32, {"/networks/stem=3x3"}), testing::IsEmpty());
  EXPECT_THAT(lines(32, {"/networks/batch_norm=false"}), testing::IsEmpty());
}

}  // namespace
}  // namespace reslab::app
