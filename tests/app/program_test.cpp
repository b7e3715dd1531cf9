// Trains with the program and checks its files, exit codes and messages.

#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>

#include "app/config/json.h"
#include "app/runs/csv.h"
#include "app/small_experiment.h"
#include "lib/data/image_writer.h"
#include "reslab/base/file.h"
#include "reslab/interchange/weights_file.h"

namespace reslab::app {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

class Program : public SmallExperimentTest {};

TEST_F(Program, RunsAnExperimentAndShowsItsResults) {
  write("e.json", kExperiment);
  const auto result = reslab("run e.json --out runs");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("resnet-8"));
  EXPECT_THAT(result.out, HasSubstr("it runs"));
  EXPECT_THAT(content(folder_.path() / "runs/small/curves.svg"), HasSubstr("resnet-8"));
  for (const auto* file : {"report.html", "report.md", "experiment.json"})
    EXPECT_THAT(content(folder_.path() / "runs/small" / file), HasSubstr("it runs"));
  const auto records = read_csv<Record>(run("runs", "resnet-8") / "metrics.csv");
  ASSERT_EQ(records.size(), 6);
  EXPECT_EQ(records.back().iteration, 12);
  EXPECT_DOUBLE_EQ(records.back().learning_rate, 0.005);
  EXPECT_TRUE(records.back().test.has_value());
  const auto json = read_json((run("runs", "resnet-8") / "run.json").string());
  EXPECT_EQ(json["status"], "finished");
  EXPECT_EQ(json["identity"]["recipe"]["optimizer"]["momentum"], 0.9);

  // Finished runs are skipped and stay unchanged. `evaluate` gives the recorded values.
  const auto written =
      std::filesystem::last_write_time(run("runs", "resnet-8") / "weights.safetensors");
  EXPECT_EQ(reslab("run e.json --out runs").code, 0);
  EXPECT_EQ(std::filesystem::last_write_time(run("runs", "resnet-8") / "weights.safetensors"),
            written);
  const auto evaluated = reslab("evaluate runs/small/resnet-8/seed-1 --json");
  EXPECT_EQ(evaluated.code, 0) << evaluated.err;
  const auto score = Json::parse(evaluated.out)[0];
  EXPECT_EQ(score["test_error"].get<double>(), records.back().test->error);
  EXPECT_EQ(score["test_loss"].get<double>(), records.back().test->loss);
  EXPECT_LE(score["test_top5_error"].get<double>(), records.back().test->error);
  std::int64_t images = 0;
  for (const auto& row : score["confusion"])
    for (const auto& count : row) images += count.get<std::int64_t>();
  EXPECT_EQ(images, 20);
  EXPECT_EQ(score["classes"].size(), 10);

  const auto compared = reslab("compare runs/small --json");
  EXPECT_EQ(compared.code, 0) << compared.err;
  const auto comparison = Json::parse(compared.out);
  EXPECT_EQ(comparison["networks"].size(), 2);
  EXPECT_EQ(comparison["settings"]["metric"], "test_error");
  EXPECT_EQ(comparison["settings"]["ranking"].size(), 2);
}

TEST_F(Program, TrainsToTheSameBytesWithTheSameThreads) {
  write("e.json", kExperiment);
  const std::string arguments = "run e.json --threads 2 --set /recipe/mixup_alpha=0.2 --out ";
  for (const std::string out : {"first", "second"})
    ASSERT_EQ(reslab(arguments + out).code, 0) << content(folder_.path() / "err.txt");
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder_.path() / "first")) {
    const auto name = entry.path().filename();
    if (name != "metrics.csv" && name != "confusion.csv" && name != "weights.safetensors") continue;
    const auto path = entry.path().lexically_relative(folder_.path() / "first");
    EXPECT_FALSE(content(entry.path()).empty()) << path;
    EXPECT_TRUE(content(entry.path()) == content(folder_.path() / "second" / path)) << path;
  }
}

TEST_F(Program, ADivergedRunKeepsItsRecordsAndLetsTheOthersGoOn) {
  write("e.json", R"({
    "name": "small", "data": {"name": "shapes", "train": 48, "test": 20},
    "networks": [
      {"connection": "plain", "depth": 8, "recipe": {"learning_rate": {"start": 1000}, "iterations": 500,
       "optimizer": {"momentum": 1, "weight_decay": 1}}},
      {"connection": "residual", "depth": 8}],
    "recipe": {"iterations": 4, "batch": 8, "record_every": 1},
    "expect": [{"claim": "c", "value": {"run": "plain-8", "metric": "train_error"}, "above": 0}]})");
  const auto result = reslab("run e.json --out runs");
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err,
              HasSubstr("plain-8 seed 1: the training loss is not finite at iteration"));
  EXPECT_FALSE(read_csv<Record>(run("runs", "plain-8") / "metrics.csv").empty());
  EXPECT_EQ(read_json((run("runs", "plain-8") / "run.json").string())["status"], "failed");
  EXPECT_EQ(read_json((run("runs", "resnet-8") / "run.json").string())["status"], "finished");
}

TEST_F(Program, AnUnmetExpectationIsExitCode3) {
  write("e.json", kExperiment);
  const auto result =
      reslab("run e.json --out runs --only 'resnet-*' --set /expect/0/between='[101, 102]'");
  EXPECT_EQ(result.code, 3) << result.err;
  EXPECT_FALSE(std::filesystem::exists(run("runs", "plain-8")));
}

TEST_F(Program, ADamagedRunIsLeftOutOfTheReportAndNamed) {
  write("e.json", kExperiment);
  ASSERT_EQ(reslab("run e.json --out runs --no-report").code, 0);
  write("runs/small/plain-8/seed-1/metrics.csv", "");
  write("runs/small/resnet-8/seed-1/pictures.json", "");
  for (const std::string command : {"run e.json --out runs", "compare runs/small"}) {
    const auto result = reslab(command);
    EXPECT_EQ(result.code, 2) << command;
    EXPECT_THAT(result.err,
                AllOf(HasSubstr("left out: "), HasSubstr("plain-8/seed-1/metrics.csv: "),
                      HasSubstr("resnet-8/seed-1/pictures.json: ")));
    EXPECT_THAT(result.out, HasSubstr("resnet-8"));
    EXPECT_THAT(content(folder_.path() / "runs/small/report.md"),
                HasSubstr("plain-8/seed-1/metrics.csv: "));
  }
  const auto watched = reslab("watch runs/small --once");
  EXPECT_THAT(watched.out, HasSubstr("left out: "));
}

TEST_F(Program, RefusesTheDirectoryOfAnotherExperiment) {
  write("e.json", kExperiment);
  ASSERT_EQ(reslab("run e.json --out runs --only plain-8").code, 0);
  const auto result = reslab("run e.json --out runs --set /recipe/batch=16");
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("/recipe/batch: 8 -> 16"));
  EXPECT_THAT(result.err, HasSubstr("--out"));
  EXPECT_FALSE(std::filesystem::exists(run("runs", "resnet-8")));
}

TEST_F(Program, SaysEveryMistakeOfAFileAtOnceAndStartsNothing) {
  write("e.json", R"({"name": "small", "networks": {"connection": "residual", "depth": 21},
                      "recipe": {"iterationz": 3, "batch": -1}})");
  for (const std::string command : {"run", "check"}) {
    const auto result = reslab(command + " e.json");
    EXPECT_EQ(result.code, 2);
    EXPECT_THAT(result.err, HasSubstr("/recipe/iterationz"));
    EXPECT_THAT(result.err, HasSubstr("'iterations'"));
    EXPECT_THAT(result.err, HasSubstr("/recipe/batch"));
    EXPECT_THAT(result.err, HasSubstr("possible: 8, 14, 20"));
    EXPECT_EQ(std::ranges::count(result.err, '\n'), 3) << result.err;
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "runs"));
  }
}

TEST_F(Program, OutputThatCannotBeWrittenIsExitCode1) {
  write("e.json", kExperiment);
  write("file", "in the way");
  const auto result = reslab("run e.json --out file");
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("file"));
  EXPECT_EQ(std::ranges::count(result.err, '\n'), 1) << result.err;

  std::filesystem::create_directories(folder_.path() / "runs/small/report.html");
  const auto run = reslab("run e.json --threads 1 --set /recipe/iterations=2");
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("report.html: cannot be written"));
}

TEST_F(Program, MissingDataAreExitCode2AndDoNotHinderACheck) {
  write("e.json", R"({"name": "small", "networks": {"connection": "residual", "depth": 8},
                      "data": {"name": "cifar10", "root": "nowhere"}})");
  const auto result = reslab("run e.json");
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("nowhere"));
  const auto checked = reslab("check e.json");
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("missing"));
}

TEST_F(Program, AnImageThatDoesNotDecodeIsExitCode2AndNamed) {
  for (const auto* name : {"train/a/1.png", "train/b/1.png", "test/a/1.png", "test/b/1.png"})
    write(name, "no picture");
  write("e.json", R"({"name": "small", "networks": {"connection": "residual", "depth": 8},
                      "data": {"name": "folder", "root": ".", "size": 16, "normalize": "imagenet"},
                      "recipe": {"iterations": 1, "batch": 2}})");
  const auto result = reslab("run e.json");
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("1.png"));
}

TEST_F(Program, LearnsOwnImagesFromOneCommand) {
  for (int i = 0; i < 12; ++i)
    write(std::string(i < 8 ? "train/" : "val/") + (i % 2 == 0 ? "cat/" : "dog/") +
              std::to_string(i) + ".png",
          png_bytes(noise_image(50 + i, 60)));
  const auto result = reslab("run '" RESLAB_EXPERIMENTS
                             "/own-images.json' --set /data/root=. --set /data/size=64 --set "
                             "/data/short_side=64 --set /recipe/batch=4 --set "
                             "/recipe/iterations=3 --set /recipe/evaluate_every=2");
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("most often mistaken for"));
  EXPECT_THAT(content(folder_.path() / "runs/own-images/report.md"),
              HasSubstr("## Classes\n\n### resnet-18"));
  const auto run = folder_.path() / "runs/own-images/resnet-18/seed-1";
  std::int64_t images = 0;
  for (const auto& row : read_csv<ConfusionRecord>(run / "confusion.csv")) {
    EXPECT_EQ(row.iteration, 3);
    images += row.images;
  }
  EXPECT_EQ(images, 4);
  EXPECT_EQ(read_weights(run / "weights.safetensors").metadata.at("weights"), "ema");
  // The saved average is what was evaluated.
  const auto evaluated = reslab("evaluate runs/own-images/resnet-18/seed-1");
  EXPECT_EQ(evaluated.code, 0) << evaluated.err;
  EXPECT_THAT(evaluated.out, HasSubstr("equal"));
  EXPECT_THAT(reslab("predict runs/own-images/resnet-18/seed-1 val/cat/8.png").out,
              testing::AllOf(HasSubstr("cat "), HasSubstr("dog ")));
}

TEST_F(Program, ChoosesOnValidationWhereThereIsOne) {
  write("e.json", kExperiment);
  const auto result = reslab("run e.json --out runs --only resnet-8 --set /data/validation=16");
  ASSERT_EQ(result.code, 0) << result.err;
  const auto records = read_csv<Record>(run("runs", "resnet-8") / "metrics.csv");
  ASSERT_TRUE(records.back().validation.has_value());
  EXPECT_DOUBLE_EQ(records.back().epoch, 12 * 8 / 32.0);
  EXPECT_TRUE(std::filesystem::exists(run("runs", "resnet-8") / "best.safetensors"));
  EXPECT_EQ(reslab("evaluate runs/small/resnet-8/seed-1").code, 0);
  std::filesystem::remove(run("runs", "resnet-8") / "weights.safetensors");
  for (const std::string command :
       {"evaluate runs/small/resnet-8/seed-1",
        "run e.json --out runs --only resnet-8 --set /data/validation=16"}) {
    const auto refused = reslab(command);
    EXPECT_NE(refused.code, 0) << command;
    EXPECT_THAT(refused.err, HasSubstr("weights.safetensors: no such file, but the run has "
                                       "finished; restore the file, or remove "));
  }
}

TEST_F(Program, EvaluateNamesTheFileThatAFinishedRunLacks) {
  write("e.json", kExperiment);
  ASSERT_EQ(reslab("run e.json --out runs --only resnet-8 --set /recipe/iterations=2").code, 0);
  const std::string run = "runs/small/resnet-8/seed-1";
  const std::string remedy = ", but the run has finished; restore the file, or remove " + run +
                             " to train the run again\n";
  const auto metrics = folder_.path() / run / "metrics.csv";
  const auto records = content(metrics);
  write_text(metrics, records.substr(0, records.find('\n') + 1));
  EXPECT_THAT(reslab("evaluate " + run).err, EndsWith(run + "/metrics.csv: has no rows" + remedy));
  write_text(metrics, records);
  std::filesystem::remove(folder_.path() / run / "weights.safetensors");
  const auto result = reslab("evaluate " + run);
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, EndsWith(run + "/weights.safetensors: no such file" + remedy));
}

TEST_F(Program, EvaluatesWeightsAndSaysWhatItAssumed) {
  write("e.json", kExperiment);
  ASSERT_EQ(reslab("run e.json --out runs --only resnet-8 --set /recipe/iterations=2").code, 0);
  const std::string weights = "runs/small/resnet-8/seed-1/weights.safetensors";
  const auto own = reslab("evaluate " + weights + " --data shapes --json");
  ASSERT_EQ(own.code, 0) << own.err;
  EXPECT_EQ(own.err, "data: shapes: 2,000 test images of 32x32, drawn from seed 1, 10 classes\n");

  const auto same = reslab("evaluate resnet-8 --weights " + weights + " --data shapes --json");
  EXPECT_EQ(Json::parse(same.out)[0]["confusion"], Json::parse(own.out)[0]["confusion"]);
  const auto other = reslab("evaluate resnet-8:padding=both --weights " + weights +
                            " --data shapes --normalize none");
  EXPECT_EQ(other.code, 0) << other.err;
  EXPECT_THAT(other.err, HasSubstr("was written for resnet-8"));
  EXPECT_THAT(other.out, HasSubstr("top-5 error %"));
  EXPECT_THAT(other.out, HasSubstr("most often mistaken for"));

  const auto wrong = reslab("evaluate resnet-14 --weights " + weights + " --data shapes");
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("missing 30: 'layer1.1.conv1.weight' [16, 16, 3, 3]"));
  for (const auto& arguments : std::vector<std::string>{
           "evaluate resnet-8 --weights " + weights,
           "evaluate resnet-8 --weights e.json --data shapes",
           "evaluate resnet-8 --weights " + weights + " --data shapes --normalize imagenett",
           "evaluate runs/small/resnet-8/seed-1 --weights " + weights}) {
    const auto result = reslab(arguments);
    EXPECT_EQ(result.code, 2) << arguments;
    EXPECT_EQ(std::ranges::count(result.err, '\n'), 1) << arguments << ": " << result.err;
  }
}

TEST_F(Program, StartsFromWeightsWithAHeadOfItsOwn) {
  write("e.json", kExperiment);
  ASSERT_EQ(reslab("run e.json --out runs --only resnet-8").code, 0);
  const auto fine_tune =
      "run e.json --out tuned --only 'resnet*' --set /expect=null --set /network/classes=12 --set "
      "/recipe/learning_rate='{\"schedule\": \"constant\", \"start\": 0}' --set "
      "/recipe/iterations=1 --set /recipe/init=";
  const auto missing = reslab(fine_tune + std::string("nowhere.pth"));
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.err, HasSubstr("resnet-8:classes=12: init: nowhere.pth: no such file"));
  EXPECT_EQ(std::ranges::count(missing.err, '\n'), 1) << missing.err;
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "tuned"));

  const auto tuned = reslab(fine_tune + std::string("runs/small/resnet-8/seed-1"));
  ASSERT_EQ(tuned.code, 0) << tuned.err;
  EXPECT_THAT(tuned.err, HasSubstr("the head is new: 'fc.weight' is for 10 classes, the network "
                                   "has 12"));
  const auto directory = folder_.path() / "tuned/small/resnet-8,classes=12/seed-1";
  const auto run_json = read_json((directory / "run.json").string());
  EXPECT_EQ(run_json["initial_weights"]["file"], "runs/small/resnet-8/seed-1/weights.safetensors");
  EXPECT_EQ(run_json["initial_weights"]["crc32"].get<std::string>().size(), 8);
  EXPECT_EQ(run_json["identity"]["recipe"]["init"], "runs/small/resnet-8/seed-1");

  // A learning rate of 0 leaves the weights unchanged.
  const auto before = read_weights(run("runs", "resnet-8") / "weights.safetensors").tensors;
  const auto after = read_weights(directory / "weights.safetensors").tensors;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto& name = before[i].name;
    if (name.find("weight") == std::string::npos) continue;
    std::vector<std::byte> first(byte_count(before[i])), second(byte_count(after[i]));
    copy_elements(before[i], first.data());
    copy_elements(after[i], second.data());
    EXPECT_EQ(first == second, !name.starts_with("fc")) << name;
  }
}

}  // namespace
}  // namespace reslab::app
