#include "reslab/interchange/onnx_model.h"

#include <algorithm>
#include <array>

#include <gmock/gmock.h>

#include "lib/interchange/onnx_reader.h"
#include "refusal.h"
#include "reslab/base/error.h"

namespace reslab::onnx {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::array<float, 6> kWeights = {1, -2, 3.5F, 0, 1e-9F, 7};

/// x·weight, then a Relu with attributes of every type (a real Relu has none).
Model sample() {
  Model model;
  model.ir_version = 8;
  model.opset = 17;
  model.producer = "test";
  model.producer_version = "1.0";
  model.metadata = {{"classes", "[\"cat\"]"}, {"empty", ""}};
  model.graph_name = "network";
  model.inputs = {{"input", Type::uint8, {std::string("batch"), 2}}};
  model.outputs = {{"logits", Type::float32, {std::string("batch"), 3}}};
  model.initializers = {
      {"layer.weight", Type::float32, {2, 3}, std::as_bytes(std::span(kWeights)), nullptr}};
  model.nodes = {{"a", "MatMul", {"input", "layer.weight"}, {"product"}, {}},
                 {"b",
                  "Relu",
                  {"product", ""},
                  {"logits"},
                  {{"number", std::int64_t{-3}},
                   {"real", 0.25F},
                   {"text", std::string("word")},
                   {"list", std::vector<std::int64_t>{1, -1, 0}},
                   {"empty", std::vector<std::int64_t>{}}}}};
  return model;
}

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

TEST(OnnxModel, ReadsBackWhatItWrote) {
  const auto model = sample();
  const auto file = to_bytes(model);
  const auto read = parse(bytes_of(file), "file");
  EXPECT_EQ(read.ir_version, 8);
  EXPECT_EQ(read.opset, 17);
  EXPECT_EQ(read.producer, "test");
  EXPECT_EQ(read.producer_version, "1.0");
  EXPECT_EQ(read.metadata, model.metadata);
  EXPECT_EQ(read.graph_name, "network");
  ASSERT_EQ(read.inputs.size(), 1);
  EXPECT_EQ(read.inputs[0].name, "input");
  EXPECT_EQ(read.inputs[0].type, Type::uint8);
  EXPECT_EQ(read.inputs[0].shape, model.inputs[0].shape);
  ASSERT_EQ(read.outputs.size(), 1);
  EXPECT_EQ(read.outputs[0].name, "logits");
  ASSERT_EQ(read.initializers.size(), 1);
  const auto& tensor = read.initializers[0];
  EXPECT_EQ(tensor.name, "layer.weight");
  EXPECT_EQ(tensor.shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_TRUE(std::ranges::equal(tensor.bytes, std::as_bytes(std::span(kWeights))));
  ASSERT_EQ(read.nodes.size(), 2);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read.nodes[i].name, model.nodes[i].name);
    EXPECT_EQ(read.nodes[i].operation, model.nodes[i].operation);
    EXPECT_EQ(read.nodes[i].inputs, model.nodes[i].inputs);
    EXPECT_EQ(read.nodes[i].outputs, model.nodes[i].outputs);
    EXPECT_EQ(read.nodes[i].attributes, model.nodes[i].attributes);
  }
  EXPECT_THAT(errors(read), ElementsAre());
}

TEST(OnnxModel, AFileCutAnywhereIsRefusedOrHasProblems) {
  const auto file = to_bytes(sample());
  for (std::size_t size = 0; size < file.size(); ++size) {
    const auto lines = refusal([&] {
      if (const auto found = errors(parse(bytes_of(file).first(size), "cut.onnx")); !found.empty())
        throw InvalidInput(found);
    });
    // The metadata at the end of the file are not needed to run the model.
    if (size < file.size() - 40) {
      EXPECT_FALSE(lines.empty()) << size;
    }
  }
  EXPECT_THAT(refusal([] { parse(bytes_of("\x3a\x7f"), "cut.onnx"); }),
              ElementsAre(HasSubstr("cut.onnx: not an ONNX file")));
}

TEST(OnnxModel, NamesWhatMakesAModelImpossibleToRun) {
  const auto found = [](const std::function<void(Model&)>& change) {
    auto model = sample();
    change(model);
    return errors(model);
  };
  EXPECT_THAT(found([](Model& m) { m.opset = 0; }), ElementsAre(HasSubstr("operator set")));
  EXPECT_THAT(found([](Model& m) { m.ir_version = 0; }), ElementsAre(HasSubstr("version")));
  EXPECT_THAT(found([](Model& m) { std::swap(m.nodes[0], m.nodes[1]); }),
              ElementsAre(HasSubstr("node 'b' uses 'product' before")));
  EXPECT_THAT(found([](Model& m) { m.nodes[1].outputs = {"product"}; }),
              ElementsAre(HasSubstr("'product' is defined twice"), HasSubstr("'logits'")));
  EXPECT_THAT(found([](Model& m) { m.outputs.clear(); }), ElementsAre(HasSubstr("no output")));
  EXPECT_THAT(
      found([](Model& m) { m.initializers[0].shape = {2, 4}; }),
      ElementsAre(HasSubstr("'layer.weight' has another number of bytes than its shape needs")));
  EXPECT_THAT(found([](Model& m) { m.initializers[0].type = static_cast<Type>(99); }),
              ElementsAre(HasSubstr("'layer.weight'")));
}

}  // namespace
}  // namespace reslab::onnx
