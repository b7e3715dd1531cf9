// Files from elsewhere that try to write where they should not.

#include <filesystem>
#include <set>

#include <gmock/gmock.h>

#include "app/weights_fixture.h"

namespace reslab::app {
namespace {

using testing::HasSubstr;

namespace fs = std::filesystem;

class HostileFiles : public Weights {
 protected:
  /// The paths below the test's directory that the program is not asked to write.
  std::set<std::string> paths() const {
    std::set<std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path()))
      all.insert(entry.path().lexically_relative(folder_.path()).string());
    for (const auto* written : {"out.txt", "err.txt", "out.onnx", "out.pt", "cache"})
      all.erase(written);
    return all;
  }
};

TEST_F(HostileFiles, AModelWritesOnlyTheFileThatIsAskedFor) {
  write("image.png", picture("cat", 1));
  const auto evil = folder_.path().filename().string() + "-evil";
  for (const auto& name : {"../" + evil, "/tmp/" + evil, std::string("a/../../") + evil,
                           std::string("\x1b[2J\n") + evil}) {
    write_weights("extra.safetensors", "resnet-8",
                  [&](NamedTensors& state) { state.emplace_back(name, at::ones({2})); });
    write_weights("metadata.safetensors", "resnet-8",
                  {{"network", name},
                   {"height", "32"},
                   {"width", "32"},
                   {"mean", "0,0,0"},
                   {"std", "1,1,1"},
                   {"classes", Json(std::vector<std::string>(10, name)).dump()},
                   {name, name}});
    for (const std::string file : {"extra.safetensors", "metadata.safetensors"})
      for (const auto& command : std::vector<std::string>{
               "predict " + file + " image.png",
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
  }
  EXPECT_FALSE(fs::exists(folder_.path().parent_path() / evil));
  EXPECT_FALSE(fs::exists("/tmp/" + evil));
}

TEST_F(HostileFiles, ARunDoesNotWriteThroughLinksInItsDirectory) {
  write("e.json", R"({"name": "e", "data": {"name": "shapes", "train": 16, "test": 10},
    "networks": {"connection": "residual", "depth": 8}, "recipe": {"iterations": 1, "batch": 2}})");
  write("others/file", "content");
  const auto run = folder_.path() / "runs/e/resnet-8/seed-1";
  fs::create_directories(run);
  for (const auto* name : {"metrics.csv", "timing.csv", "run.json.partial", "lock"}) {
    fs::create_symlink(folder_ / "others/file", run / name);
    const auto result = reslab("run e.json --threads 1");
    EXPECT_EQ(result.code, 1) << name;
    EXPECT_THAT(result.err, HasSubstr(name));
    fs::remove(run / name);
  }
  // These are replaced.
  for (const auto* name : {"weights.safetensors", "pictures.json"})
    fs::create_symlink(folder_ / "others/file", run / name);
  EXPECT_EQ(reslab("run e.json --threads 1").code, 0);
  EXPECT_EQ(content(folder_.path() / "others/file"), "content");
}

}  // namespace
}  // namespace reslab::app
