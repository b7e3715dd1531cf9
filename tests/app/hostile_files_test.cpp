// Files from elsewhere that try to write where they should not.

#include <filesystem>
#include <set>

#include <gmock/gmock.h>

#include "app/weights_fixture.h"

namespace reslab::app {
namespace {

namespace fs = std::filesystem;

class HostileFiles : public Weights {
 protected:
  /// The paths in the test's directory, except those that a command is asked to write.
  std::set<std::string> paths() const {
    std::set<std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path()))
      all.insert(entry.path().lexically_relative(folder_.path()).string());
    for (const auto* written : {"out.txt", "err.txt", "out.onnx", "out.pt", "cache"})
      all.erase(written);
    return all;
  }
};

TEST_F(HostileFiles, ReadingAModelWritesOnlyTheRequestedFile) {
  write("image.png", picture("cat", 1));
  const auto evil = folder_.path().filename().string() + "-evil";
  const std::vector<std::string> names = {"../" + evil, "/tmp/" + evil, "a/../../" + evil,
                                          "\x1b[2J\n" + evil};
  write_weights("extra.safetensors", "resnet-8", [&names](NamedTensors& state) {
    for (const auto& name : names) state.emplace_back(name, at::ones({2}));
  });
  auto classes = names;
  for (auto i = classes.size(); i < 10; ++i) classes.push_back(std::to_string(i));
  std::map<std::string, std::string> metadata = {{"height", "32"},
                                                 {"width", "32"},
                                                 {"mean", "0,0,0"},
                                                 {"std", "1,1,1"},
                                                 {"classes", Json(classes).dump()}};
  for (const auto& name : names) metadata[name] = name;
  write_weights("metadata.safetensors", "resnet-8", metadata);
  for (const std::string file : {"extra.safetensors", "metadata.safetensors"})
    for (const auto& command : std::vector<std::string>{
             "predict resnet-8 --weights " + file + " image.png",
             "export resnet-8 --weights " + file + " --format onnx -o out.onnx",
             "export resnet-8 --weights " + file + " --format torchscript -o out.pt"}) {
      const auto before = paths();
      const auto result = reslab(command);
      EXPECT_TRUE(result.code == 0 || result.code == 2) << result.err;
      EXPECT_EQ(result.err.find('\x1b'), result.err.npos);
      EXPECT_EQ(result.out.find('\x1b'), result.out.npos);
      EXPECT_EQ(paths(), before) << command;
    }
  EXPECT_FALSE(fs::exists(folder_.path().parent_path() / evil));
  EXPECT_FALSE(fs::exists("/tmp/" + evil));
}

TEST_F(HostileFiles, ARunDoesNotWriteThroughLinksInItsDirectory) {
  write("e.json", R"({"name": "e", "data": {"name": "shapes", "train": 16, "test": 10},
    "networks": {"connection": "residual", "depth": 8}, "recipe": {"iterations": 1, "batch": 2}})");
  write("others/file", "content");
  const auto run = folder_.path() / "runs/e/resnet-8/seed-1";
  // A link is refused or replaced.
  for (const auto& [name, code] : {std::pair("lock", 1), std::pair("run.json.partial", 1),
                                   std::pair("metrics.csv", 0), std::pair("pictures.json", 0)}) {
    fs::remove_all(run);
    fs::create_directories(run);
    fs::create_symlink(folder_ / "others/file", run / name);
    const auto result = reslab("run e.json --threads 1 --no-report");
    EXPECT_EQ(result.code, code) << name << ": " << result.err;
    EXPECT_EQ(content(folder_.path() / "others/file"), "content") << name;
  }
  fs::remove_all(run);
  fs::create_directories(run);
  write("others/state.safetensors", "content");
  fs::create_directory_symlink(folder_ / "others", run / "checkpoint");
  const auto result = reslab("run e.json --threads 1 --no-report");
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, testing::HasSubstr("checkpoint: it is a link, expected a folder"));
  EXPECT_EQ(content(folder_.path() / "others/state.safetensors"), "content");
}

}  // namespace
}  // namespace reslab::app
