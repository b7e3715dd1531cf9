// Reads files of weights as people have them: other heads, several sets, other programs' names.

#include <algorithm>

#include <gmock/gmock.h>

#include "app/weights_fixture.h"

namespace reslab::app {
namespace {

using testing::HasSubstr;

TEST_F(Weights, AHeadIsNewOnlyInATraining) {
  const auto rename = [](const std::string& from, const std::string& to) {
    return [=](NamedTensors& state) {
      std::erase_if(state, [&](const auto& e) { return to.empty() && e.first.starts_with(from); });
      for (auto& [entry, tensor] : state)
        if (entry.starts_with(from)) entry.replace(0, from.size(), to);
    };
  };
  write_weights("none.safetensors", "resnet-8", rename("fc.", ""));
  write_weights("other.safetensors", "resnet-8", rename("fc.", "fc.1."));
  write_weights("projector.safetensors", "resnet-8", rename("fc.", "projector.0."));
  write_weights("classes.safetensors", "resnet-8:classes=7");
  write("e.json", R"({"name": "e", "data": {"name": "shapes", "train": 16, "test": 10},
    "networks": {"connection": "residual", "depth": 8}, "recipe": {"iterations": 1, "batch": 2}})");
  for (const std::string name : {"none", "other", "projector", "classes"}) {
    const auto file = name + ".safetensors";
    const auto result = reslab("run e.json --out " + name + " --set /recipe/init=" + file);
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("the head is new: "));
    const auto model = std::string(" resnet-8:classes=10 --weights ") + file;
    for (const auto& command :
         {"evaluate" + model + " --data shapes", "predict" + model + " e.json",
          "export" + model + " --format onnx -o out"})
      EXPECT_THAT(refused(command), HasSubstr("expected the weights of a whole network"));
  }
}

TEST_F(Weights, InitSaysWhereABottleneckHasItsStride) {
  const std::string bottleneck = "resnet-11:block=bottleneck,shortcut=B";
  write_weights("unnamed.safetensors", bottleneck);
  write_weights("named.safetensors", bottleneck + ",stride_in=3x3",
                {{"network", bottleneck + ",stride_in=3x3"}});
  const auto init = [&](const std::string& file, const std::string& stride) {
    write("e.json", R"({"name": "e", "data": {"name": "shapes", "train": 16, "test": 10},
      "networks": {"connection": "residual", "depth": 11, "block": "bottleneck", "shortcut": "B")" +
                        (stride.empty() ? "" : R"(, "stride_in": ")" + stride + "\"") +
                        R"(}, "recipe": {"iterations": 1, "batch": 2, "init": ")" + file + "\"}}");
    return reslab("run e.json --out " + file + stride);
  };
  for (const std::string file : {"unnamed.safetensors", "named.safetensors"}) {
    const auto open = init(file, "");
    EXPECT_EQ(open.code, 2) << open.err;
    EXPECT_THAT(open.err, HasSubstr("expected \"stride_in\": \"3x3\""));
    EXPECT_EQ(std::ranges::count(open.err, '\n'), 1) << open.err;
    EXPECT_EQ(init(file, "3x3").code, 0);
  }
}

TEST_F(Weights, ASetOfWeightsIsChosenByName) {
  write_weights("sets.safetensors", "resnet-8", [](NamedTensors& state) {
    const auto one = state;
    state.clear();
    for (const auto& [name, tensor] : one) {
      state.emplace_back("module.encoder_q." + name, tensor);
      state.emplace_back("module.encoder_k." + name, tensor * 0.5);
    }
  });
  write_weights("q.safetensors", "resnet-8");
  write("image.png", picture("cat", 1));
  const auto predict = [&](const std::string& weights) {
    return reslab("predict resnet-8 image.png --weights " + weights).out;
  };
  EXPECT_EQ(predict("sets.safetensors:module.encoder_q"), predict("q.safetensors"));
  EXPECT_NE(predict("sets.safetensors:module.encoder_k"), predict("q.safetensors"));
  EXPECT_EQ(predict("sets.safetensors"), "");
  EXPECT_THAT(refused("predict resnet-8 image.png --weights sets.safetensors:encoder"),
              HasSubstr("has no weights 'encoder'"));
  EXPECT_EQ(
      reslab("export resnet-8 --weights sets.safetensors:module.encoder_q --format onnx -o m.onnx")
          .code,
      0);
  EXPECT_EQ(
      reslab("evaluate resnet-8 --weights sets.safetensors:module.encoder_q --data shapes").code,
      0);
  write("e.json", R"({"name": "e", "data": {"name": "shapes", "train": 16, "test": 10},
    "networks": {"connection": "residual", "depth": 8}, "recipe": {"iterations": 1, "batch": 2,
    "init": "sets.safetensors:module.encoder_q"}})");
  EXPECT_EQ(reslab("run e.json").code, 0);
}

TEST_F(Weights, AnotherKindOfFileIsNamedForWhatItIs) {
  write_weights("w.safetensors", "resnet-8:shortcut=B");
  write("e.json", R"({"name": "e"})");
  write("image.png", picture("cat", 1));
  ASSERT_EQ(
      reslab("export resnet-8:shortcut=B --weights w.safetensors --format onnx -o m.onnx").code, 0);
  ASSERT_EQ(
      reslab("export resnet-8:shortcut=B --weights w.safetensors --format torchscript -o m.pt")
          .code,
      0);
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"predict m.onnx image.png", "m.onnx: an ONNX file"},
      {"evaluate m.onnx --data shapes", "m.onnx: an ONNX file"},
      {"predict resnet-8 image.png --weights m.onnx", "m.onnx: an ONNX file"},
      {"predict image.png image.png", "image.png: a PNG image"},
      {"evaluate e.json --data shapes", "e.json: a JSON file"},
      {"evaluate m.pt --data shapes", "m.pt: a TorchScript file"},
      {"run w.safetensors", "w.safetensors: a safetensors file, expected a JSON file"},
      {"check m.onnx", "m.onnx: an ONNX file, expected a JSON file"},
      {"run m.pt", "m.pt: a zip file: a checkpoint of PyTorch or a TorchScript file"},
      {"compare w.safetensors", "w.safetensors: a safetensors file, expected a directory"},
      {"predict w.safetensors image.png",
       "expected NETWORK --weights FILE, for example resnet-8:shortcut=B"},
  };
  for (const auto& [command, text] : cases) EXPECT_THAT(refused(command), HasSubstr(text));
}

TEST_F(Weights, AkamastersNamesPadOnBothSides) {
  const auto rename = [](NamedTensors& state) {
    for (auto& [name, tensor] : state)
      if (name.starts_with("fc.")) name.replace(0, 2, "linear");
  };
  write_weights("a.safetensors", "resnet-8", rename);
  write_weights("fc.safetensors", "resnet-8");
  write("image.png", picture("cat", 1));
  const auto predict = [&](const std::string& network, const std::string& file) {
    return reslab("predict " + network + " image.png --json --weights " + file);
  };
  const auto assumed = predict("resnet-8", "a.safetensors");
  EXPECT_THAT(assumed.err, HasSubstr("assumed: padding=both (as in akamaster's networks"));
  EXPECT_EQ(assumed.out, predict("resnet-8:padding=both", "a.safetensors").out);
  EXPECT_NE(assumed.out, predict("resnet-8:padding=end", "a.safetensors").out);
  EXPECT_EQ(predict("resnet-8", "fc.safetensors").out,
            predict("resnet-8:padding=end", "a.safetensors").out);
  EXPECT_THAT(predict("resnet-14", "a.safetensors").err,
              HasSubstr("the nearest network is resnet-8:padding=both"));
  write("e.json", R"({"name": "e", "data": {"name": "shapes", "train": 16, "test": 10},
    "networks": {"connection": "residual", "depth": 8}, "recipe": {"iterations": 1, "batch": 2,
    "init": "a.safetensors"}})");
  EXPECT_THAT(refused("run e.json"), HasSubstr("expected \"padding\": \"both\""));
}

}  // namespace
}  // namespace reslab::app
