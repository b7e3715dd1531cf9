#include "reslab/execution/implementation.h"

#include <gtest/gtest.h>

namespace reslab {
namespace {

using Convolution = Implementation::Convolution;
using Norm = Implementation::Norm;

const Execution kFused{Precision::float32, Kernels::fused, at::Device(at::kCPU)};
const Execution kAten{Precision::float32, Kernels::aten, at::Device(at::kCPU)};
const Execution kBfloat16{Precision::bfloat16, Kernels::fused, at::Device(at::kCPU)};
const Execution kGpu{Precision::bfloat16, Kernels::fused, at::Device(at::kCUDA)};

/// A 3×3 convolution with BatchNorm and ReLU in training.
LayerRequest training(std::int64_t in, std::int64_t out) {
  LayerRequest request;
  request.has_convolution = request.is_3x3 = true;
  request.in_channels = in;
  request.out_channels = out;
  request.norm = LayerRequest::Norm::training;
  request.relu = request.needs_gradient = true;
  return request;
}

using Change = void (*)(LayerRequest&);

LayerRequest changed(LayerRequest request, Change change) {
  change(request);
  return request;
}

void evaluation(LayerRequest& r) {
  r.norm = LayerRequest::Norm::evaluation;
  r.needs_gradient = false;
}
void evaluation_with_gradient(LayerRequest& r) { r.norm = LayerRequest::Norm::evaluation; }
void no_norm(LayerRequest& r) { r.norm = LayerRequest::Norm::none; }
void no_relu(LayerRequest& r) { r.relu = false; }
void bias(LayerRequest& r) { r.has_bias = true; }
void strided(LayerRequest& r) { r.is_3x3 = false; }
void float64(LayerRequest& r) { r.type = at::kDouble; }
void on_gpu(LayerRequest& r) { r.device = at::kCUDA; }
void on_gpu_evaluation(LayerRequest& r) {
  on_gpu(r);
  evaluation(r);
}
void traced(LayerRequest& r) { r.is_traced = true; }
void norm_alone(LayerRequest& r) { r.has_convolution = false; }
void norm_alone_evaluation(LayerRequest& r) {
  norm_alone(r);
  evaluation(r);
}
void linear_layer(LayerRequest& r) { r = {}; }
void strided_evaluation(LayerRequest& r) {
  strided(r);
  evaluation(r);
}

struct Row {
  const char* name;
  LayerRequest layer;
  Execution execution;
  bool has_bfloat16;
  Implementation expected;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class Choice : public testing::TestWithParam<Row> {};

TEST_P(Choice, IsTheRowOfTheTable) {
  const auto& row = GetParam();
  const auto found = choose(row.layer, row.execution, row.has_bfloat16);
  EXPECT_EQ(found, row.expected) << to_text(found) << ", expected " << to_text(row.expected);
}

const Row kRows[] = {
    {"Training",
     training(16, 16),
     kFused,
     true,
     {Convolution::winograd, Norm::fused_with_convolution}},
    {"TrainingMostChannels",
     training(128, 128),
     kFused,
     true,
     {Convolution::winograd, Norm::fused_with_convolution}},
    {"TrainingManyInputs", training(144, 128), kFused, true, {Convolution::libtorch, Norm::fused}},
    {"TrainingManyOutputs", training(128, 144), kFused, true, {Convolution::libtorch, Norm::fused}},
    {"TrainingOddChannels", training(24, 16), kFused, true, {Convolution::libtorch, Norm::fused}},
    {"TrainingOfImages", training(3, 16), kFused, true, {Convolution::direct, Norm::fused}},
    {"TrainingFiveChannels", training(5, 16), kFused, true, {Convolution::libtorch, Norm::fused}},
    {"TrainingOfImagesOddOutputs",
     training(3, 10),
     kFused,
     true,
     {Convolution::libtorch, Norm::fused}},
    {"TrainingStrided",
     changed(training(16, 32), strided),
     kFused,
     true,
     {Convolution::libtorch, Norm::fused}},
    {"TrainingBias",
     changed(training(16, 16), bias),
     kFused,
     true,
     {Convolution::winograd, Norm::fused}},
    {"TrainingNoRelu",
     changed(training(16, 16), no_relu),
     kFused,
     true,
     {Convolution::winograd, Norm::libtorch}},
    {"TrainingNoNorm",
     changed(training(16, 16), no_norm),
     kFused,
     true,
     {Convolution::winograd, Norm::none}},
    {"TrainingNormAlone",
     changed(training(16, 16), norm_alone),
     kFused,
     true,
     {Convolution::none, Norm::fused}},
    {"TrainingFloat64",
     changed(training(16, 16), float64),
     kFused,
     true,
     {Convolution::libtorch, Norm::libtorch}},
    {"TrainingOnGpu",
     changed(training(16, 16), on_gpu),
     kGpu,
     false,
     {Convolution::libtorch, Norm::libtorch}},
    {"TrainingAten", training(16, 16), kAten, true, {Convolution::libtorch, Norm::libtorch}},
    {"Traced",
     changed(training(16, 16), traced),
     kFused,
     true,
     {Convolution::libtorch, Norm::libtorch}},
    {"Evaluation",
     changed(training(16, 16), evaluation),
     kFused,
     true,
     {Convolution::winograd, Norm::folded}},
    {"EvaluationOfImages",
     changed(training(3, 16), evaluation),
     kFused,
     true,
     {Convolution::direct, Norm::folded}},
    {"EvaluationStrided",
     changed(training(16, 32), strided_evaluation),
     kFused,
     true,
     {Convolution::libtorch, Norm::folded}},
    {"EvaluationWithGradient",
     changed(training(16, 16), evaluation_with_gradient),
     kFused,
     true,
     {Convolution::libtorch, Norm::folded}},
    {"EvaluationNormAlone",
     changed(training(16, 16), norm_alone_evaluation),
     kFused,
     true,
     {Convolution::none, Norm::libtorch}},
    {"EvaluationOnGpu",
     changed(training(16, 16), on_gpu_evaluation),
     kGpu,
     false,
     {Convolution::libtorch, Norm::folded}},
    {"EvaluationAten",
     changed(training(16, 16), evaluation),
     kAten,
     true,
     {Convolution::libtorch, Norm::libtorch}},
    {"Bfloat16Native", training(16, 16), kBfloat16, true, {Convolution::libtorch, Norm::fused}},
    {"Bfloat16Emulated",
     training(16, 16),
     kBfloat16,
     false,
     {Convolution::winograd, Norm::fused_with_convolution, true}},
    {"Bfloat16EmulatedStrided",
     changed(training(16, 32), strided),
     kBfloat16,
     false,
     {Convolution::libtorch, Norm::fused, true}},
    {"Bfloat16EmulatedEvaluation",
     changed(training(16, 16), evaluation),
     kBfloat16,
     false,
     {Convolution::winograd, Norm::folded, true}},
    {"LinearFloat32", changed({}, linear_layer), kFused, false, {}},
    {"LinearBfloat16Native", changed({}, linear_layer), kBfloat16, true, {}},
    {"LinearBfloat16Emulated",
     changed({}, linear_layer),
     kBfloat16,
     false,
     {Convolution::none, Norm::none, true}},
};

INSTANTIATE_TEST_SUITE_P(Layers, Choice, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace reslab
