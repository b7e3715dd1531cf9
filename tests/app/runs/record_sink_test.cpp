#include "app/runs/record_sink.h"

#include <gtest/gtest.h>

#include "app/report/results.h"
#include "app/runs/progress.h"
#include "app/runs/run_directory.h"

namespace reslab::app {
namespace {

TEST(RecordSinks, EverySinkTakesTheCallsOfARunAndOfItsResumption) {
  const Folder folder;
  const RunDirectory directory(folder / "run");
  directory.make();
  const Json run = {
      {"network", "resnet-8"}, {"seed", 1}, {"identity", {{"recipe", {{"iterations", 3}}}}}};
  Progress progress;
  progress.network = "resnet-8";
  progress.iterations = 3;
  for (const std::int64_t finished_steps : {0, 1}) {
    for (const auto& sink : make_record_sinks(directory, run)) {
      sink->forget_after(finished_steps);
      for (auto iteration = finished_steps + 1; iteration <= 3; ++iteration) {
        sink->layers({{iteration, "conv1", 0, 0.5, {}, {}}});
        sink->record(made_record(iteration));
        sink->timing({.iteration = iteration});
        sink->progress(progress);
      }
      sink->close();
    }
    EXPECT_EQ(read_csv<Record>(directory.metrics()).size(), 3U);
    EXPECT_EQ(read_csv<LayerRecord>(directory.layers()).size(), 3U);
    EXPECT_EQ(read_csv<Timing>(directory.timing()).size(), 3U);
  }
}

}  // namespace
}  // namespace reslab::app
