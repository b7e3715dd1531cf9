#include "reslab/model/block.h"

#include <torch/nn/init.h>

#include "reslab/model/layers.h"

namespace reslab {
namespace {

/// Two 3×3 convolutions (Fig. 5, left).
class BasicBlock : public Block {
 public:
  BasicBlock(const NetworkSpec& spec, const BlockShape& shape, const BatchNormOptions& norm)
      : Block(spec, shape, norm),
        conv1_(register_module(
            "conv1", convolution(shape.in_channels, shape.out_channels, 3, shape.stride))),
        bn1_(register_module("bn1", batch_norm(shape.out_channels, norm))),
        conv2_(register_module("conv2", convolution(shape.out_channels, shape.out_channels, 3))),
        bn2_(register_module("bn2", batch_norm(shape.out_channels, norm))) {}

  at::Tensor forward(const at::Tensor& x) override {
    const auto y = norm_relu(bn1_, conv1_->forward(x));
    return connect(bn2_, conv2_->forward(y), x);
  }

 private:
  torch::nn::Conv2d conv1_;
  torch::nn::BatchNorm2d bn1_;
  torch::nn::Conv2d conv2_;
  torch::nn::BatchNorm2d bn2_;
};

/// 1×1 down, 3×3, 1×1 up by four (Fig. 5, right).
class BottleneckBlock : public Block {
 public:
  BottleneckBlock(const NetworkSpec& spec, const BlockShape& shape, const BatchNormOptions& norm)
      : BottleneckBlock(spec, shape, shape.out_channels / expansion(BlockKind::bottleneck),
                        spec.stride_in == StrideIn::conv1x1 ? shape.stride : 1, norm) {}

  at::Tensor forward(const at::Tensor& x) override {
    auto y = norm_relu(bn1_, conv1_->forward(x));
    y = norm_relu(bn2_, conv2_->forward(y));
    return connect(bn3_, conv3_->forward(y), x);
  }

 private:
  BottleneckBlock(const NetworkSpec& spec, const BlockShape& shape, std::int64_t inner,
                  std::int64_t first_stride, const BatchNormOptions& norm)
      : Block(spec, shape, norm),
        conv1_(register_module("conv1", convolution(shape.in_channels, inner, 1, first_stride))),
        bn1_(register_module("bn1", batch_norm(inner, norm))),
        conv2_(register_module("conv2", convolution(inner, inner, 3, shape.stride / first_stride))),
        bn2_(register_module("bn2", batch_norm(inner, norm))),
        conv3_(register_module("conv3", convolution(inner, shape.out_channels, 1))),
        bn3_(register_module("bn3", batch_norm(shape.out_channels, norm))) {}

  torch::nn::Conv2d conv1_;
  torch::nn::BatchNorm2d bn1_;
  torch::nn::Conv2d conv2_;
  torch::nn::BatchNorm2d bn2_;
  torch::nn::Conv2d conv3_;
  torch::nn::BatchNorm2d bn3_;
};

/// The layer of T(x) = sigmoid(layer(x)) (Highway Networks, section 2).
torch::nn::Conv2d gate(const BlockShape& shape, double bias) {
  torch::nn::Conv2d layer(
      torch::nn::Conv2dOptions(shape.in_channels, shape.out_channels, 1).stride(shape.stride));
  torch::nn::init::kaiming_normal_(layer->weight, 0, torch::kFanOut, torch::kReLU);
  torch::nn::init::constant_(layer->bias, bias);
  return layer;
}

}  // namespace

Block::Block(const NetworkSpec& spec, const BlockShape& shape, const BatchNormOptions& norm)
    : connection_(spec.connection) {
  if (connection_ != Connection::plain) shortcut_.emplace(*this, spec, shape, norm);
  if (connection_ == Connection::highway)
    gate_ = register_module("gate", gate(shape, spec.gate_bias));
}

at::Tensor Block::connect(torch::nn::BatchNorm2d& last_norm, const at::Tensor& y,
                          const at::Tensor& x) {
  if (connection_ == Connection::plain) return norm_relu(last_norm, y);
  const auto s = (*shortcut_)(x);
  if (connection_ == Connection::residual) return norm_add_relu(last_norm, y, s);
  const auto t = at::sigmoid(gate_->forward(x));
  return (s + t * (norm(last_norm, y) - s)).relu_();
}

std::int64_t expansion(BlockKind kind) { return kind == BlockKind::basic ? 1 : 4; }

std::shared_ptr<Block> make_block(const NetworkSpec& spec, std::int64_t in_channels,
                                  std::int64_t channels, std::int64_t stride,
                                  const BatchNormOptions& norm) {
  const BlockShape shape{in_channels, channels * expansion(spec.block), stride};
  if (spec.block == BlockKind::basic) return std::make_shared<BasicBlock>(spec, shape, norm);
  return std::make_shared<BottleneckBlock>(spec, shape, norm);
}

}  // namespace reslab
