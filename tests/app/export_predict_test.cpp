// Exports a trained network to every format and checks that all of them predict the same.

#include <algorithm>
#include <filesystem>
#include <map>

#include <gmock/gmock.h>

#include "app/config/json.h"
#include "app/program.h"
#include "lib/data/image_writer.h"
#include "reslab/data/shapes.h"

namespace reslab::app {
namespace {

using testing::HasSubstr;

const std::string kRun = "runs/small/resnet-8/seed-1";

std::string experiment(const std::string& normalize, const std::string& exports) {
  return R"({"name": "small", "data": {"name": "shapes", "train": 48, "test": 20, "normalize": ")" +
         normalize + R"("}, "networks": {"connection": "residual", "depth": 8},
    "recipe": {"iterations": 6, "batch": 8, "record_every": 2, "evaluate_every": 6},
    "export": )" +
         exports + "}";
}

class ExportPredict : public ProgramTest {
 protected:
  void train(const std::string& normalize, const std::string& exports = "[]") {
    write("e.json", experiment(normalize, exports));
    const auto result = reslab("run e.json --out runs --threads 1");
    ASSERT_EQ(result.code, 0) << result.err;
  }

  /// Writes three valid images whose sizes differ from the network's, and a text file.
  void write_images() {
    write("images/a.png", png_bytes(sample_image(32, 32)));
    write("images/b.jpg", jpeg_bytes(sample_image(70, 45)));
    write("images/deep/c.jpeg", jpeg_bytes(sample_image(40, 90), {1, 1, true}));
    write("images/notes.txt", "no image");
  }

  Json predictions(const std::string& model) {
    const auto result = reslab("predict " + model + " images --json --threads 1 --top 10");
    EXPECT_EQ(result.code, 0) << model << ": " << result.err;
    return result.code == 0 ? Json::parse(result.out) : Json::array();
  }

  bool exists(const std::string& path) { return std::filesystem::exists(folder_ / path); }
};

/// Returns the probability of each class.
std::map<std::string, double> by_class(const Json& image) {
  std::map<std::string, double> probabilities;
  for (const auto& guess : image["predictions"])
    probabilities[guess["class"]] = guess["probability"].get<double>();
  return probabilities;
}

void expect_same(const Json& ours, const Json& theirs) {
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    EXPECT_EQ(ours[i]["image"], theirs[i]["image"]);
    const auto expected = by_class(theirs[i]);
    for (const auto& [name, probability] : by_class(ours[i]))
      EXPECT_NEAR(probability, expected.at(name), 1e-5) << ours[i]["image"] << ' ' << name;
  }
}

TEST_F(ExportPredict, EveryFormatOfARunPredictsTheSame) {
  write_images();
  for (const std::string normalize : {"per-pixel-mean", "per-channel"}) {
    SCOPED_TRACE(normalize);
    std::filesystem::remove_all(folder_ / "runs");
    train(normalize, R"(["torchscript"])");
    for (const std::string arguments :
         {"--format torchscript --raw-input -o raw.pt", "--format safetensors -o w.safetensors"}) {
      const auto result = reslab("export " + kRun + ' ' + arguments);
      EXPECT_EQ(result.code, 0) << arguments << ": " << result.err;
    }
    const auto expected = predictions(kRun);
    ASSERT_EQ(expected.size(), 3);
    EXPECT_EQ(expected[2]["image"], "images/deep/c.jpeg");
    double sum = 0;
    double before = 1;
    for (const auto& guess : expected[0]["predictions"]) {
      const auto probability = guess["probability"].get<double>();
      EXPECT_LE(probability, before);
      EXPECT_EQ(guess["class"], shape_names().at(guess["label"].get<std::size_t>()));
      sum += before = probability;
    }
    EXPECT_NEAR(sum, 1, 1e-5);
    for (const auto& model :
         {kRun + "/model.pt", std::string("raw.pt"), std::string("w.safetensors"),
          std::string("resnet-8 --weights w.safetensors")}) {
      SCOPED_TRACE(model);
      expect_same(predictions(model), expected);
    }
  }
}

TEST_F(ExportPredict, RefusesATorchScriptFileWithAWrongChecksum) {
  write_images();
  train("per-channel", R"(["torchscript"])");
  auto bytes = content(folder_ / (kRun + "/model.pt"));
  std::fill_n(bytes.begin() + std::ssize(bytes) / 2, 100, '\0');
  write("damaged.pt", bytes);
  const auto result = reslab("predict damaged.pt images");
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("damaged: its checksum is wrong\n"));
  EXPECT_EQ(result.out, "");
}

TEST_F(ExportPredict, ExportsMayBeAskedForAfterTheRun) {
  train("per-channel");
  EXPECT_FALSE(exists(kRun + "/model.pt"));
  const auto weights = std::filesystem::last_write_time(folder_ / (kRun + "/weights.safetensors"));
  train("per-channel", R"(["torchscript", "onnx"])");
  EXPECT_TRUE(exists(kRun + "/model.pt"));
  EXPECT_TRUE(exists(kRun + "/model.onnx"));
  EXPECT_EQ(std::filesystem::last_write_time(folder_ / (kRun + "/weights.safetensors")), weights);
}

TEST_F(ExportPredict, AnExportThatFailsIsExitCode1AndTheRunStaysFinished) {
  train("per-channel");
  write(kRun + "/model.onnx.unverified/in", "the way");
  write("e.json", experiment("per-channel", R"(["onnx"])"));
  const auto result = reslab("run e.json --out runs");
  EXPECT_EQ(result.code, 1) << result.err;
  EXPECT_THAT(result.err, HasSubstr("resnet-8 seed 1: export: "));
  EXPECT_FALSE(exists(kRun + "/model.onnx"));
  EXPECT_EQ(read_json(folder_ / (kRun + "/run.json"))["status"], "finished");
}

TEST_F(ExportPredict, AnImageThatDoesNotDecodeDoesNotHinderTheOthers) {
  train("per-channel");
  write_images();
  write("images/b.png", "no picture");
  const auto result = reslab("predict " + kRun + " images images/a.png --top 1");
  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(std::ranges::count(result.out, '\n'), 4) << result.out;
  EXPECT_THAT(result.out, testing::ContainsRegex("images/a.png: [a-z]+ [0-9.]+ %\n"));
  EXPECT_THAT(result.out, testing::Not(HasSubstr("b.png")));
  EXPECT_THAT(result.err, HasSubstr("reslab: images/b.png: not an image; expected JPEG, PNG, "));
  const auto json = Json::parse(reslab("predict " + kRun + " images --json").out);
  ASSERT_EQ(json.size(), 4);
  EXPECT_THAT(json[2]["error"].get<std::string>(), HasSubstr("not an image"));
}

TEST_F(ExportPredict, WrongUsageIsOneLineAndExitCode2) {
  train("per-channel", R"(["torchscript"])");
  write_images();
  std::filesystem::create_directories(folder_ / "empty");
  const auto& run = kRun;
  for (const auto& arguments : std::vector<std::string>{
           "export " + run, "export " + run + " --format onnx", "export --format onnx -o m.onnx",
           "export " + run + " --format onyx -o m.onnx",
           "export " + run + " --format safetensors --raw-input -o m.safetensors",
           "export " + run + " another --format onnx -o m.onnx",
           "export " + run + "/model.pt --format onnx -o m.onnx",
           "export resnet-8 --weights images/a.png --format onnx -o m.onnx", "predict " + run,
           "predict " + run + " nowhere.png", "predict " + run + " empty",
           "predict images/a.png images", "predict " + run + " images --top 0",
           "predict " + run + " images --short-side 16",
           "predict " + run + "/model.pt images --normalize imagenet"}) {
    const auto result = reslab(arguments);
    EXPECT_EQ(result.code, 2) << arguments << ": " << result.err;
    EXPECT_EQ(std::ranges::count(result.err, '\n'), 1) << arguments << ": " << result.err;
    EXPECT_EQ(result.out, "") << arguments;
  }
  EXPECT_FALSE(exists("m.onnx"));
  EXPECT_FALSE(exists("m.safetensors"));
  const auto unwritable = reslab("export " + run + " --format onnx -o nowhere/m.onnx");
  EXPECT_EQ(unwritable.code, 1);
  EXPECT_THAT(unwritable.err, HasSubstr("nowhere/m.onnx"));
}

}  // namespace
}  // namespace reslab::app
