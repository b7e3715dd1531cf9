// Uses weights and folders of images as people have them: the number that the program prints is
// right, or it prints none.

#include <algorithm>
#include <filesystem>
#include <limits>

#include <gmock/gmock.h>

#include "app/weights_fixture.h"

namespace reslab::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST_F(Weights, ClassesGoByName) {
  write_folder("base", {"cat", "dog", "horse"});
  const auto trained = train("base");
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_EQ(error_of(kColors), 0);
  const auto identity = read_json(folder_ / (kColors + "/run.json"))["data"];
  EXPECT_EQ(identity["size"], 32);
  EXPECT_EQ(identity["short_side"], 32);

  write_folder("subset", {"dog", "horse"});
  write_folder("one", {"horse"});
  write_folder("renamed", {"dog", "horse", "zebra"});
  const auto weights = kColors + "/weights.safetensors";
  for (const auto& model : {kColors, weights, "resnet-8 --weights " + weights}) {
    EXPECT_EQ(error_of(model + " --data folder:subset"), 0) << model;
    EXPECT_EQ(error_of(model + " --data folder:one"), 0) << model;
    EXPECT_THAT(refused("evaluate " + model + " --data folder:renamed"),
                AllOf(HasSubstr("does not know the data's class 'zebra'"),
                      HasSubstr("its classes are 'cat', 'dog', 'horse'")));
  }
  EXPECT_THAT(reslab("evaluate " + kColors + " --data folder:subset").err,
              HasSubstr("the data have no images of the network's 'cat'"));
  EXPECT_THAT(reslab("predict " + kColors + " subset/val/horse/0.png --top 1").out,
              HasSubstr("0.png: horse "));

  // A finished or resumed run is not continued on other classes.
  const auto other = train("renamed");
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, AllOf(HasSubstr("holds a run on the classes"), HasSubstr("zebra")));
}

TEST_F(Weights, TheNetworksInputDecidesNotTheDatasTrainingImages) {
  write_folder("base", {"cat", "dog", "horse"});
  write_folder("dark", {"cat", "dog", "horse"}, 6);
  write_folder("large", {"cat", "dog", "horse"}, 1, 60);
  ASSERT_EQ(train("base", "--set /recipe/learning_rate/start=0.005").code, 0);
  const auto measured = [&](const std::string& arguments) {
    const auto result = reslab("evaluate " + arguments + " --json --threads 1");
    EXPECT_NE(result.out, "") << arguments << ": " << result.err;
    return result.out.empty() ? Json() : Json::parse(result.out)[0]["test_loss"];
  };
  const auto expected = measured(kColors);
  ASSERT_GT(expected.get<double>(), 0);
  for (const auto& model : {kColors, kColors + "/weights.safetensors"})
    for (const std::string data : {"base", "dark"})
      EXPECT_EQ(measured(model + " --data folder:" + data), expected) << model << ' ' << data;
  // Larger images are resized to the network's 32 pixels, not to those of ImageNet's networks.
  EXPECT_EQ(error_of(kColors + " --data folder:large"), 0);
  EXPECT_NE(measured(kColors + " --normalize none"), expected);
  EXPECT_NE(measured(kColors + " --size 24"), expected);
  EXPECT_NE(measured(kColors + " --short-side 48"), expected);
  EXPECT_THAT(refused("evaluate " + kColors + " --short-side 16"),
              HasSubstr("at least the size, 32"));
  EXPECT_THAT(refused("evaluate " + kColors + " --size 0"), HasSubstr("--size"));
}

TEST_F(Weights, SaysWhatItAssumes) {
  write_folder("base", {"cat", "dog", "horse"});
  write_weights("w.safetensors", "resnet-8:classes=3");
  const auto result = reslab("evaluate resnet-8 --weights w.safetensors --data folder:base");
  EXPECT_EQ(result.code, 0) << result.err;
  for (const auto* text :
       {"assumed: padding=end", "assumed: size=32, short_side=32", "assumed: normalize=imagenet",
        "assumed: the outputs are the data's classes in their order: 'cat', 'dog', 'horse'"})
    EXPECT_THAT(result.err, HasSubstr(text));
  const auto given = reslab(
      "evaluate resnet-8:padding=end --weights w.safetensors --data folder:base --size 32 "
      "--short-side 32 --normalize none");
  EXPECT_EQ(std::ranges::count(given.err, '\n'), 2) << given.err;  // the data, the classes' order
  const auto large = reslab("predict resnet-18 --weights w.safetensors base/val/cat/0.png");
  EXPECT_EQ(large.code, 2);

  // The stride of a bottleneck: what the file says, otherwise torchvision's.
  const std::string bottleneck = "resnet-11:block=bottleneck,shortcut=B";
  write_weights("b.safetensors", bottleneck + ",classes=3");
  const auto predict = "predict " + bottleneck + " base/val/cat/0.png --weights ";
  EXPECT_THAT(reslab(predict + std::string("b.safetensors")).err,
              HasSubstr("assumed: stride_in=3x3 (as in torchvision's weights"));
  write_weights("named.safetensors", bottleneck + ",classes=3",
                {{"network", bottleneck + ",classes=3"}});
  EXPECT_THAT(reslab(predict + std::string("named.safetensors")).err,
              testing::Not(HasSubstr("stride_in")));
}

TEST_F(Weights, OutputsAndClassesMustBeAsMany) {
  for (const std::string count : {"9", "11", "100"}) {
    write_weights("w.safetensors", "resnet-8:classes=" + count);
    EXPECT_THAT(refused("evaluate resnet-8 --weights w.safetensors --data shapes"),
                HasSubstr("has " + count + " outputs without names, the data have 10 classes"));
  }
}

TEST_F(Weights, ANetworkWithOneOutputTellsNothing) {
  write_folder("one", {"cat"});
  const auto with_outputs = [](std::int64_t count) {
    return [count](NamedTensors& state) {
      for (auto& [name, tensor] : state)
        if (name.starts_with("fc."))
          tensor = tensor.narrow(0, 0, 1)
                       .expand(name == "fc.bias" ? std::vector<std::int64_t>{count}
                                                 : std::vector<std::int64_t>{count, 64})
                       .contiguous();
    };
  };
  write_weights("one.safetensors", "resnet-8", with_outputs(1));
  write_weights("none.safetensors", "resnet-8", with_outputs(0));
  write_weights("two.safetensors", "resnet-8", with_outputs(2));
  const std::string options = " --normalize none --size 32 --weights ";
  for (const std::string name : {"resnet-8", "resnet-8:padding=end"}) {
    EXPECT_THAT(reslab("predict " + name + " one/val/cat/0.png" + options + "one.safetensors").err,
                HasSubstr("has 1 output; expected at least 2"));
    EXPECT_THAT(
        refused("predict " + name + " one/val/cat/0.png" + options + "none.safetensors"),
        HasSubstr("none.safetensors: its last layer has 0 outputs, expected 1 to 1,000,000"));
  }
  const auto predicted = reslab("predict resnet-8 one/val/cat/0.png" + options + "one.safetensors");
  EXPECT_EQ(predicted.code, 2);
  EXPECT_EQ(predicted.out, "");
  EXPECT_THAT(refused("evaluate resnet-8 --data folder:one" + options + "one.safetensors"),
              HasSubstr("has 1 output; expected at least 2"));
  EXPECT_THAT(reslab("predict resnet-8 one/val/cat/0.png" + options + "two.safetensors").out,
              HasSubstr("50.0 %"));
}

TEST_F(Weights, NotANumberIsNeverAResult) {
  write_folder("base", {"cat", "dog", "horse"});
  const auto set = [](const std::string& name, float value) {
    return [=](NamedTensors& state) {
      for (auto& [entry, tensor] : state)
        if (entry == name) tensor.view(-1)[0] = value;
    };
  };
  const auto nan = std::numeric_limits<float>::quiet_NaN();
  const auto infinite = std::numeric_limits<float>::infinity();
  write_weights("nan.safetensors", "resnet-8:classes=3", set("layer2.0.conv1.weight", nan));
  write_weights("infinite.safetensors", "resnet-8:classes=3",
                set("layer2.0.conv1.weight", infinite));
  write("e.json", R"({"name": "e", "data": {"name": "folder", "root": "base"},
    "networks": {"connection": "residual", "depth": 8}, "recipe": {"iterations": 1, "batch": 2}})");
  for (const std::string file : {"nan.safetensors", "infinite.safetensors"}) {
    const auto model = " resnet-8 --weights " + file;
    for (const auto& command :
         {"evaluate" + model + " --data folder:base", "predict" + model + " base",
          "export" + model + " --format onnx -o out",
          "export" + model + " --format torchscript -o out",
          "export" + model + " --format safetensors -o out",
          "run e.json --set /recipe/init=" + file})
      EXPECT_THAT(refused(command),
                  HasSubstr("'layer2.0.conv1.weight' has 1 of 4608 values that are "
                            "not finite numbers"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));

  // The weights are finite, but not the outputs: a variance below zero.
  write_weights("w.safetensors", "resnet-8:classes=3", set("bn1.running_var", -1));
  const std::string model =
      " resnet-8:padding=end --weights w.safetensors --normalize none --size 32 ";
  const auto evaluated = reslab("evaluate" + model + "--data folder:base");
  EXPECT_EQ(evaluated.code, 2);
  EXPECT_THAT(evaluated.err, HasSubstr("outputs for the test images are not finite"));
  EXPECT_EQ(evaluated.out, "");
  const auto predicted = reslab("predict" + model + "base/val/cat/0.png");
  EXPECT_EQ(predicted.code, 2);
  EXPECT_THAT(predicted.err, HasSubstr("0.png: the network's output is not a finite number"));
  for (const std::string format : {"onnx", "torchscript", "safetensors"})
    EXPECT_EQ(reslab("export" + model + "--format " + format + " -o out").code, 2);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
  const auto run = reslab("run e.json --set /recipe/init=w.safetensors");
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("outputs in the evaluation are not finite at iteration 1"));
}

TEST_F(Weights, EveryNameOfAClassIsThatOfOneOutput) {
  write_folder("base", {"cat", "dog", "horse"});
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"(["cat","cat","dog"])", "its metadata are damaged: 'classes'"},
      {R"(["cat","dog","horse","cow"])", "3 outputs and names for 4"}};
  for (const auto& [classes, text] : cases) {
    write_weights("w.safetensors", "resnet-8:classes=3",
                  {{"height", "32"},
                   {"width", "32"},
                   {"mean", "0,0,0"},
                   {"std", "1,1,1"},
                   {"classes", classes}});
    const std::string model = " resnet-8:padding=end --weights w.safetensors ";
    EXPECT_THAT(refused("evaluate" + model + "--data folder:base"), HasSubstr(text));
    const auto predicted = reslab("predict" + model + "base/val/cat/0.png");
    EXPECT_EQ(predicted.code, 2);
    EXPECT_THAT(predicted.err, HasSubstr(text));
    EXPECT_EQ(predicted.out, "");
  }
}

TEST_F(Weights, OtherDataAreNotComparedWithTheRecord) {
  write_folder("base", {"cat", "dog", "horse"});
  write_folder("subset", {"cat", "dog"});
  ASSERT_EQ(train("base").code, 0);
  const auto other = reslab("evaluate " + kColors + " --data folder:subset");
  EXPECT_EQ(other.code, 0);
  EXPECT_THAT(other.err, HasSubstr("not compared with the run's record: the data changed: 36 "));
  EXPECT_THAT(other.out, testing::Not(HasSubstr("equal")));
  EXPECT_THAT(reslab("evaluate " + kColors + " --data folder:base").out, HasSubstr("equal"));
}

TEST_F(Weights, SaysWhyARecordedNumberIsNotReproduced) {
  write_folder("base", {"cat", "dog", "horse"});
  ASSERT_EQ(train("base").code, 0);
  // One more image, of another class than its folder says.
  write("base/val/cat/wrong.png", picture("dog", 7));
  const auto more = reslab("evaluate " + kColors);
  EXPECT_EQ(more.code, 1);
  EXPECT_THAT(more.err, HasSubstr("the data changed: 36 files then, 37 now"));
  std::filesystem::remove(folder_ / "base/val/cat/wrong.png");
  write("base/val/cat/0.png", picture("dog", 8));
  const auto other = reslab("evaluate " + kColors);
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.err, HasSubstr("the data changed: other names or sizes of files"));
}

TEST_F(Weights, AStemForSmallImagesIsANetworksName) {
  const auto described = reslab("describe resnet-18:stem=3x3,classes=10 resnet-50:stem=3x3 --json");
  ASSERT_EQ(described.code, 0) << described.err;
  EXPECT_EQ(Json::parse(described.out)[0]["parameters"], 11'173'962);
  EXPECT_THAT(refused("describe resnet-20:stem=3x3"), HasSubstr("'stem' has no effect"));
}

}  // namespace
}  // namespace reslab::app
