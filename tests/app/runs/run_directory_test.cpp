#include "app/runs/run_directory.h"

#include <gmock/gmock.h>

#include "folder.h"
#include "refusal.h"

namespace reslab::app {
namespace {

using testing::ElementsAre;

TEST(RunDirectory, OfANetworkOrAnExperimentNamesTheRunsInIt) {
  const Folder folder;
  for (const auto* run : {"resnet-20/seed-1", "resnet-20/seed-2", "plain-20/seed-1"})
    folder.write(std::string("demo/") + run + "/run.json", "{}");
  const auto refused = [](const std::filesystem::path& path) {
    return refusal([&] { read_stored_run(path); });
  };
  const auto demo = folder.path() / "demo";
  const auto network = (demo / "resnet-20").string();
  EXPECT_THAT(refused(network),
              ElementsAre(network + ": holds seed-1, seed-2; expected one of them, such as " +
                          network + "/seed-1"));
  EXPECT_THAT(refused(demo), ElementsAre(demo.string() +
                                         ": holds plain-20/seed-1, resnet-20/seed-1, "
                                         "resnet-20/seed-2; expected one of them, such as " +
                                         demo.string() + "/plain-20/seed-1"));
  const auto other = (folder.path() / "other").string();
  EXPECT_THAT(refused(other), ElementsAre(other + ": not a run directory, it has no run.json"));
}

}  // namespace
}  // namespace reslab::app
