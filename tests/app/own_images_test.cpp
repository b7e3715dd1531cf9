// Runs the program on image files as people have them.

#include <filesystem>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "app/config/json.h"
#include "app/program.h"
#include "lib/data/image_writer.h"

namespace reslab::app {
namespace {

namespace fs = std::filesystem;

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;

const std::string kOwnRun = "runs/own/resnet-8/seed-1";

/// An image of one colour with smooth shading.
Image coloured(int red, int green, int blue, int seed) {
  auto image = sample_image(16, 16);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    const int base = i % 3 == 0 ? red : i % 3 == 1 ? green : blue;
    image.pixels[i] = static_cast<std::uint8_t>(base + image.pixels[i] / 8 + seed);
  }
  return image;
}

class OwnImages : public ProgramTest {
 protected:
  /// Writes red images of class cat and blue ones of class dog.
  void write_split(const std::string& split, int count) {
    for (int i = 0; i < count; ++i) {
      const auto name = "/" + std::to_string(i) + ".png";
      write("photos/" + split + "/cat" + name, png_bytes(coloured(180, 30, 30, i)));
      write("photos/" + split + "/dog" + name, png_bytes(coloured(30, 30, 180, i)));
    }
  }

  void write_experiment(const std::string& data = "", const std::string& network = "") {
    write("own.json", R"({"name": "own",
      "data": {"name": "folder", "root": "photos", "short_side": 16, "size": 16)" +
                          data + R"(},
      "networks": {"connection": "residual", "depth": 8)" +
                          network + R"(},
      "recipe": {"iterations": 30, "batch": 8, "record_every": 15, "evaluate_every": 30,
                 "learning_rate": {"schedule": "steps", "start": 0.05, "at": [25]}}})");
  }

  Result run() { return reslab("run own.json --out runs --threads 1"); }
};

TEST_F(OwnImages, TrainsOnEveryImageThatThereIs) {
  write_split("train", 4);
  write_split("val", 2);
  for (int i = 0; i < 3; ++i)
    write("photos/train/cat/in/doors/" + std::to_string(i) + ".PNG",
          png_bytes(coloured(180, 30, 30, i)));
  write("photos/train/dog/more.webp", webp_bytes(coloured(30, 30, 180, 9)));
  write("photos/train/dog/phone.heic", "");
  fs::create_symlink("nowhere", folder_ / "photos/val/cat/gone.jpg");
  write_experiment();
  const std::string found =
      "data: images in photos: 12 training and 4 test images, 2 classes; "
      "2 files left out (1 .heic, 1 broken link)\n";
  const auto check = reslab("check own.json --images --threads 1");
  EXPECT_EQ(check.code, 0) << check.err;
  EXPECT_THAT(check.out, AllOf(HasSubstr(found), HasSubstr("0 images cannot be read\n")));
  const auto trained = run();
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.err, HasSubstr(found));

  const auto predicted = reslab("predict " + kOwnRun + " photos/val --top 1 --threads 1");
  EXPECT_EQ(predicted.code, 0) << predicted.err;
  EXPECT_THAT(predicted.err, HasSubstr("photos/val: 4 images; 1 file left out (1 broken link)\n"));
  EXPECT_THAT(predicted.out, AllOf(HasSubstr("photos/val/cat/0.png: cat"),
                                   HasSubstr("photos/val/dog/1.png: dog")));

  fs::remove_all(folder_ / "photos/train");
  const auto evaluated = reslab("evaluate " + kOwnRun + " --threads 1 --json");
  EXPECT_EQ(evaluated.code, 0) << evaluated.err;
  EXPECT_THAT(
      evaluated.err,
      HasSubstr(
          "data: images in photos: 4 test images, 2 classes; 1 file left out (1 broken link)\n"));
  EXPECT_EQ(Json::parse(evaluated.out)[0]["test_error"], 0);
}

TEST_F(OwnImages, NamesBrokenImagesBeforeTheTraining) {
  write_split("train", 4);
  write_split("val", 2);
  const auto png = png_bytes(sample_image(30, 30));
  write("photos/train/cat/cut.png", png.substr(0, png.size() / 2));
  write("photos/val/dog/empty.jpg", "");
  write_experiment();
  const auto check = reslab("check own.json --images --threads 1");
  EXPECT_EQ(check.code, 2);
  EXPECT_THAT(check.out,
              AllOf(HasSubstr("unreadable: photos/train/cat/cut.png: a damaged PNG file"),
                    HasSubstr("unreadable: photos/val/dog/empty.jpg: an empty file\n"),
                    HasSubstr("2 images cannot be read\n")));
  const auto stopped = run();
  EXPECT_EQ(stopped.code, 2);
  EXPECT_THAT(stopped.err, ContainsRegex("photos/(train/cat/cut.png|val/dog/empty.jpg): "));

  write_experiment(R"(, "unreadable": "skip")");
  const auto skipped = run();
  EXPECT_EQ(skipped.code, 0) << skipped.err;
  EXPECT_THAT(skipped.err,
              AllOf(HasSubstr("left out: photos/train/cat/cut.png: a damaged PNG file"),
                    HasSubstr("left out: photos/val/dog/empty.jpg: an empty file\n")));
  EXPECT_EQ(read_json(folder_ / (kOwnRun + "/run.json"))["unreadable"].size(), 2);
  EXPECT_THAT(
      content(folder_ / "runs/own/report.md"),
      AllOf(HasSubstr("2 images could not be read and were left out: "), HasSubstr("cut.png")));
}

TEST_F(OwnImages, TrainsOnGreyImages) {
  for (const std::string split : {"train", "val"})
    for (int i = 0; i < 4; ++i) {
      write("photos/" + split + "/one/" + std::to_string(i) + ".pgm",
            "P5 16 16 255\n" + std::string(256, static_cast<char>(200 + i)));
      write("photos/" + split + "/two/" + std::to_string(i) + ".png",
            png_bytes(coloured(20, 20, 20, i), 0));
    }
  write_experiment(R"(, "channels": 1, "normalize": {"mean": [0.1307], "std": [0.3081]})");
  EXPECT_THAT(run().err, HasSubstr("takes images of 3 channels, the data have 1"));
  write_experiment("", R"(, "in_channels": 1)");
  EXPECT_THAT(run().err, HasSubstr("takes images of 1 channel, the data have 3"));
  write_experiment(R"(, "channels": 1, "normalize": {"mean": [0.1307], "std": [0.3081]})",
                   R"(, "in_channels": 1)");
  const auto trained = run();
  ASSERT_EQ(trained.code, 0) << trained.err;
  const std::string model = "runs/own/resnet-8,in_channels=1/seed-1";
  ASSERT_TRUE(fs::exists(folder_ / model)) << trained.err;
  EXPECT_EQ(Json::parse(reslab("evaluate " + model + " --json --threads 1").out)[0]["test_error"],
            0);
  const auto weights =
      reslab("evaluate " + model + "/weights.safetensors --data folder:photos --json --threads 1");
  EXPECT_EQ(weights.code, 0) << weights.err;
  const auto predicted = reslab("predict " + model + " photos/val --top 1 --threads 1");
  EXPECT_THAT(predicted.out,
              AllOf(HasSubstr("val/one/0.pgm: one"), HasSubstr("val/two/3.png: two")));
}

TEST_F(OwnImages, ShowsNamesThatAreNotUtf8) {
  for (const std::string split : {"train", "val"})
    for (int i = 0; i < 4; ++i) {
      write("photos/" + split + "/caf\xe9/\xff" + std::to_string(i) + ".png",
            png_bytes(coloured(180, 30, 30, i)));
      write("photos/" + split + "/ok/" + std::to_string(i) + ".png",
            png_bytes(coloured(30, 30, 180, i)));
    }
  write("photos/train/ok/\xfe.png", "broken");
  write_experiment(R"(, "unreadable": "skip")");
  const auto trained = run();
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.err, HasSubstr("left out: photos/train/ok/\uFFFD.png: not an image"));
  EXPECT_EQ(read_json(folder_ / (kOwnRun + "/run.json"))["classes"], Json({"caf\uFFFD", "ok"}));
  const auto predicted = reslab("predict " + kOwnRun + " photos/val --json --top 1 --threads 1");
  EXPECT_EQ(predicted.code, 0) << predicted.err;
  const auto json = Json::parse(predicted.out);
  EXPECT_EQ(json[0]["image"], "photos/val/caf\uFFFD/\uFFFD0.png");
  EXPECT_EQ(json[0]["predictions"][0]["class"], "caf\uFFFD");
  EXPECT_THAT(reslab("predict " + kOwnRun + " 'photos/val/caf\xe9'").out,
              HasSubstr("caf\uFFFD/\uFFFD3.png: "));
}

TEST_F(OwnImages, RefusesWhatIsNoImageAtOnce) {
  write_split("train", 4);
  write_split("val", 1);
  write_experiment();
  ASSERT_EQ(run().code, 0);
  ASSERT_EQ(mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  write("huge.png", "");
  fs::resize_file(folder_ / "huge.png", std::uintmax_t{10} << 30);
  write("wide.ppm", "P6 100000 100000 255\n");
  for (const auto& [image, why] : std::vector<std::pair<std::string, std::string>>{
           {"/dev/zero", "not a regular file"},
           {"pipe", "not a regular file"},
           {"huge.png", "10737418240 bytes; expected at most 1073741824"},
           {"wide.ppm", "an image of 100000x100000 pixels; expected at most 16384 per side"}}) {
    const auto result = reslab("predict " + kOwnRun + " " + image);
    EXPECT_EQ(result.code, 2) << image;
    EXPECT_EQ(result.out, "") << image;
    EXPECT_THAT(result.err, HasSubstr("reslab: " + image + ": " + why)) << image;
  }
}

}  // namespace
}  // namespace reslab::app
