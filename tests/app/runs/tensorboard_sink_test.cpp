#include "app/runs/tensorboard_sink.h"

#include <gmock/gmock.h>

#include "app/runs/pictures.h"
#include "folder.h"
#include "lib/python.h"

namespace reslab::app {
namespace {

using testing::SizeIs;

/// Reads the event files of a directory with TensorBoard.
Json read_events(const std::filesystem::path& directory) {
  Python python(RESLAB_EVENTS);
  return Json::parse(python.ask(directory.string()));
}

Json run_of(std::int64_t iterations) {
  return {{"network", "resnet-20"},
          {"seed", 7},
          {"identity",
           {{"recipe",
             {{"iterations", iterations},
              {"optimizer", {{"name", "sgd"}, {"nesterov", true}, {"momentum", 0.9}}},
              {"learning_rate", {{"at", {32000, 48000}}, {"warmup", nullptr}}}}}}}};
}

class TensorBoard : public testing::Test {
 protected:
  void SetUp() override {
    const auto reason = python_lacks("tensorboard");
    if (!reason.empty()) GTEST_SKIP() << reason;
    directory_.make();
  }

  static void write(TensorBoardSink& sink, std::int64_t iteration, double error) {
    Record record{iteration, 0.5, 0.1, {2.5, error}, {}, {}};
    if (iteration % 200 == 0) record.test = Score{1.5, error / 2, 0.25};
    sink.layers({{iteration, "layer1.0.conv1", 0, 0.75, {}, {}}});
    sink.record(record);
    sink.timing({.iteration = iteration, .images_per_second = 512});
  }

  Folder folder_;
  RunDirectory directory_{folder_.path(), "resnet-20", 7};
};

TEST_F(TensorBoard, ReadsRecordsLayersAndSettings) {
  TensorBoardSink sink(directory_, run_of(200));
  sink.forget_after(0);
  write(sink, 100, 60);
  EXPECT_FALSE(read_events(directory_.path())["finished"]);
  write(sink, 200, 40);
  const auto read = read_events(directory_.path());
  const auto& scalars = read["scalars"];
  const auto values = [&](const std::string& tag) { return scalars.value(tag, Json()).dump(); };
  EXPECT_EQ(values("error/train"), "[[100,60.0],[200,40.0]]");
  EXPECT_EQ(values("loss/train"), "[[100,2.5],[200,2.5]]");
  EXPECT_EQ(values("error/test"), "[[200,20.0]]");
  EXPECT_EQ(values("top5_error/test"), "[[200,0.25]]");
  EXPECT_EQ(values("epoch"), "[[100,0.5],[200,0.5]]");
  EXPECT_EQ(values("response_std/layer1.0.conv1"), "[[100,0.75],[200,0.75]]");
  EXPECT_EQ(values("images_per_second"), "[[100,512.0],[200,512.0]]");
  EXPECT_THAT(scalars["learning_rate"], SizeIs(2));
  EXPECT_FALSE(scalars.contains("error/validation"));
  const auto& settings = read["settings"];
  EXPECT_EQ(settings["network"], "resnet-20");
  EXPECT_EQ(settings["seed"], 7);
  EXPECT_EQ(settings["optimizer/name"], "sgd");
  EXPECT_EQ(settings["optimizer/nesterov"], true);
  EXPECT_EQ(settings["optimizer/momentum"], 0.9);
  EXPECT_EQ(settings["learning_rate/at"], "[32000,48000]");
  EXPECT_FALSE(settings.contains("learning_rate/warmup"));
  EXPECT_TRUE(read["finished"]);
}

TEST_F(TensorBoard, ShowsTheFirstTestImagesAndTheirClasses) {
  auto run = run_of(200);
  run["classes"] = {"cat", "dog"};
  TensorBoardSink sink(directory_, run);
  sink.forget_after(0);
  RunPictures pictures;
  pictures.iteration = 200;
  pictures.first = {{0, 1, 0, 0.875, {2, 3, {std::byte{1}, std::byte{2}}}},
                    {1, 2, 2, 0.5, {2, 3, {std::byte{3}}}}};
  sink.pictures(pictures);
  const auto images = read_events(directory_.path())["images"];
  EXPECT_THAT(images, SizeIs(2));
  EXPECT_EQ(images.value("test_images/00 dog: taken for cat (88 %)", Json()).dump(),
            "[[200,2,3,\"0102\"]]");
  EXPECT_EQ(images.value("test_images/01 2: taken for 2 (50 %)", Json()).dump(),
            "[[200,2,3,\"03\"]]");
}

TEST_F(TensorBoard, DropsWhatAResumedRunRepeats) {
  for (const std::int64_t finished : {0, 200}) {
    TensorBoardSink sink(directory_, run_of(400));
    sink.forget_after(finished);
    for (auto iteration = finished + 100; iteration <= 400; iteration += 100)
      write(sink, iteration, static_cast<double>(finished));
  }
  EXPECT_THAT(EventFile::files_in(directory_.path()), SizeIs(2));
  EXPECT_EQ(read_events(directory_.path())["scalars"]["error/train"].dump(),
            "[[100,0.0],[200,0.0],[300,200.0],[400,200.0]]");
}

TEST_F(TensorBoard, ARunThatBeginsAnewRemovesTheFilesBefore) {
  for (int i = 0; i < 2; ++i) {
    TensorBoardSink sink(directory_, run_of(400));
    sink.forget_after(0);
    write(sink, 100, i);
  }
  EXPECT_THAT(EventFile::files_in(directory_.path()), SizeIs(1));
  EXPECT_EQ(read_events(directory_.path())["scalars"]["error/train"].dump(), "[[100,1.0]]");
}

}  // namespace
}  // namespace reslab::app
