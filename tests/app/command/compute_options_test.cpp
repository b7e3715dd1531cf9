#include <gmock/gmock.h>

#include "app/small_experiment.h"

namespace reslab::app {
namespace {

using ComputeOptions = SmallExperimentTest;

TEST_F(ComputeOptions, RefuseDevicesThatDoNotExist) {
  write("e.json", kExperiment);
  for (const std::string device : {"cuda:99", "cuda:", "cuda:-1", "cuda:1x", "cpu:1", "gpu"}) {
    const auto result = reslab("run e.json --device " + device);
    EXPECT_EQ(result.code, 2) << device;
    EXPECT_THAT(result.err, testing::HasSubstr("--device")) << device;
    EXPECT_THAT(result.err, testing::HasSubstr(device)) << device;
    EXPECT_THAT(result.err, testing::HasSubstr("expected")) << device;
  }
}

}  // namespace
}  // namespace reslab::app
