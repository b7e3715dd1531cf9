// Runs operators that few networks use in ONNX Runtime, one by one.

#include "reslab/interchange/onnx.h"

#include <cstring>
#include <functional>
#include <span>

#include <gmock/gmock.h>
#include <torch/torch.h>

#include "folder.h"
#include "lib/interchange/onnx_reader.h"
#include "lib/python.h"
#include "refusal.h"
#include "reslab/base/file.h"
#include "reslab/interchange/onnx_operators.h"
#include "reslab/interchange/tensors.h"
#include "reslab/model/graph.h"

namespace reslab {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

/// Layers for the functions below.
class Layers : public torch::nn::Module {
 public:
  at::Tensor weight = register_parameter("weight", torch::randn({7, 12}));
  at::Tensor bias = register_parameter("bias", torch::randn({7}));
  torch::nn::BatchNorm2d bn = register_module("bn", torch::nn::BatchNorm2d(3));
  torch::nn::Conv2d grouped = register_module(
      "grouped", torch::nn::Conv2d(
                     torch::nn::Conv2dOptions(6, 4, {3, 1}).groups(2).dilation(2).padding({1, 0})));
};

struct Function {
  std::string name;
  std::vector<std::int64_t> image;  // shape of one image
  std::function<at::Tensor(Layers&, const at::Tensor&)> compute;
};

std::vector<Function> functions() {
  const std::vector<std::int64_t> image{3, 9, 7};
  const std::vector<std::int64_t> vector{12};
  return {
      {"add", image, [](auto&, const auto& x) { return x.add(x.relu(), 0.5).add(2); }},
      {"sub", image, [](auto&, const auto& x) { return x.sub(x.sigmoid(), -3); }},
      {"rsub", image,
       [](auto&, const auto& x) { return at::rsub(x, x.sigmoid(), 2).add(at::rsub(x, 1)); }},
      {"mul", image, [](auto&, const auto& x) { return (x * x.sigmoid()) * 0.25; }},
      {"div", image, [](auto&, const auto& x) { return x.div(x.sigmoid()).div(7); }},
      {"relu", image, [](auto&, const auto& x) { return x.relu().sub(1).relu_(); }},
      {"dropout", image, [](auto&, const auto& x) { return at::dropout(x, 0.5, false).add(1); }},
      {"slice", image,
       [](auto&, const auto& x) { return x.slice(2, 1, 8, 3).slice(3, -5).slice(1, 0, {}, 2); }},
      {"pad", image,
       [](auto&, const auto& x) { return at::constant_pad_nd(x, {1, 0, 2, -1, 0, 3}, 0.5); }},
      {"max_pool2d", image,
       [](auto&, const auto& x) { return at::max_pool2d(x, {3, 2}, {2, 1}, {1, 0}, {1, 2}); }},
      {"max_pool2d without a stride", image,
       [](auto&, const auto& x) { return at::max_pool2d(x, 2); }},
      {"avg_pool2d", image,
       [](auto&, const auto& x) { return at::avg_pool2d(x, {3, 2}, {2, 1}, {1, 0}); }},
      {"avg_pool2d without padding in its mean", image,
       [](auto&, const auto& x) { return at::avg_pool2d(x, 3, 2, 1, false, false); }},
      {"adaptive_avg_pool2d", image,
       [](auto&, const auto& x) { return at::adaptive_avg_pool2d(x, {1, 1}); }},
      {"adaptive_avg_pool2d to fewer", image,
       [](auto&, const auto& x) { return at::adaptive_avg_pool2d(x, {4, 3}); }},
      {"adaptive_avg_pool2d to more", image,
       [](auto&, const auto& x) { return at::adaptive_avg_pool2d(x, {9, 10}); }},
      {"adaptive_avg_pool2d to the same", image,
       [](auto&, const auto& x) { return at::adaptive_avg_pool2d(x, {9, 7}).add(1); }},
      {"flatten", image, [](auto&, const auto& x) { return x.flatten(1); }},
      {"reshape", image, [](auto&, const auto& x) { return x.reshape({-1, 9, 21}); }},
      {"view", image, [](auto&, const auto& x) { return x.view({-1, 63, 3}); }},
      {"linear", vector, [](auto& l, const auto& x) { return at::linear(x, l.weight, l.bias); }},
      {"linear without a bias", vector,
       [](auto& l, const auto& x) { return at::linear(x, l.weight); }},
      {"addmm", vector, [](auto& l, const auto& x) { return at::addmm(l.bias, x, l.weight.t()); }},
      {"batch_norm", image, [](auto& l, const auto& x) { return l.bn(x); }},
      {"grouped convolution", {6, 9, 7}, [](auto& l, const auto& x) { return l.grouped(x); }},
  };
}

TEST(Onnx, EveryOperatorComputesTheSameInOnnxRuntime) {
  const torch::NoGradGuard no_grad;
  torch::manual_seed(1);
  if (const auto lacks = python_lacks("numpy onnx onnxruntime safetensors torch"); !lacks.empty())
    GTEST_SKIP() << lacks;
  Python python(RESLAB_REFERENCE_FOLDER "/exported.py");
  Layers layers;
  layers.bn->running_mean.uniform_();
  layers.bn->running_var.uniform_(0.5, 2);
  layers.eval();
  for (const auto& function : functions()) {
    SCOPED_TRACE(function.name);
    const Folder folder;
    const auto compute = [&](const at::Tensor& x) { return function.compute(layers, x); };
    NamedTensors batches;
    for (const std::int64_t count : {1, 3}) {
      auto shape = function.image;
      shape.insert(shape.begin(), count);
      const auto input = torch::randn(shape);
      batches.emplace_back("input." + std::to_string(count), input);
      batches.emplace_back("output." + std::to_string(count), compute(input.clone()).contiguous());
    }
    save_tensors(folder / "batches.safetensors", batches);
    auto shape = function.image;
    shape.insert(shape.begin(), 2);
    const auto traced = trace(layers, compute, torch::randn(shape));
    const auto model =
        to_onnx(traced, {{"network", "the name of the network"}, {"classes", R"(["cat", "dog"])"}});
    write_text(folder / "model.onnx", onnx::to_bytes(model));
    EXPECT_THAT(onnx::errors(model), ElementsAre());
    EXPECT_EQ(python.ask(folder.path().string()), "ok");
  }
}

TEST(Onnx, NamesWhatItCannotExpressAndWhere) {
  const torch::NoGradGuard no_grad;
  Layers layers;
  const auto refused = [&](const std::function<at::Tensor(at::Tensor)>& compute) {
    const auto traced = trace(layers, compute, torch::randn({2, 3, 4, 4}));
    return refusal([&] { to_onnx(traced); });
  };
  EXPECT_THAT(refused([&](const at::Tensor& x) { return layers.bn(x).tanh().erf(); }),
              ElementsAre(AllOf(HasSubstr("aten::tanh"), HasSubstr("after bn")),
                          AllOf(HasSubstr("aten::erf"), HasSubstr("after bn"))));
  EXPECT_THAT(refused([](const at::Tensor& x) { return x.view({x.size(0), -1}); }),
              ElementsAre(AllOf(HasSubstr("aten::view"), HasSubstr("batch's size"))));
  EXPECT_THAT(refused([&](const at::Tensor& x) {
                return at::batch_norm(x, layers.bn->weight, layers.bn->bias, {}, {}, true, 0.1,
                                      1e-5, false);
              }),
              ElementsAre(AllOf(HasSubstr("aten::batch_norm"), HasSubstr("training"))));
  EXPECT_THAT(refused([](const at::Tensor& x) {
                const auto y = x.add(1);
                const auto part = y.slice(1, 0, 1);
                y.relu_();
                return part;
              }),
              ElementsAre(AllOf(HasSubstr("aten::relu_"), HasSubstr("has views"))));
}

TEST(Onnx, HoldsTheNetworksWeightsUnderTheirNames) {
  const torch::NoGradGuard no_grad;
  Layers layers;
  layers.bn->weight.uniform_();
  const auto compute = [&](const at::Tensor& x) { return layers.bn(x); };
  const auto bytes = onnx::to_bytes(to_onnx(trace(layers, compute, torch::randn({2, 3, 4, 4}))));
  const auto model = onnx::parse(std::as_bytes(std::span(bytes)), "model.onnx");
  ASSERT_EQ(model.initializers.size(), 4);
  for (const auto& tensor : model.initializers) {
    const auto values = TensorFile{state_of(layers), {}}.find(tensor.name);
    ASSERT_TRUE(values.defined()) << tensor.name;
    EXPECT_EQ(tensor.shape, values.sizes().vec());
    ASSERT_EQ(tensor.bytes.size(), values.nbytes());
    EXPECT_EQ(std::memcmp(tensor.bytes.data(), values.data_ptr(), values.nbytes()), 0);
  }
}

}  // namespace
}  // namespace reslab
