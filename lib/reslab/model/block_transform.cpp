#include "reslab/model/block_transform.h"

#include <string>

namespace reslab {
namespace {

struct ConvolutionShape {
  std::int64_t in, out, kernel, stride;
};

std::vector<ConvolutionShape> convolutions_of(const NetworkSpec& spec, const BlockShape& shape) {
  const auto& layout = layout_of(spec.block);
  const auto channels = shape.out_channels / layout.expansion();
  const auto strided = spec.stride_in == StrideIn::conv1x1 ? 0 : layout.first_3x3();
  std::vector<ConvolutionShape> convolutions;
  auto in = shape.in_channels;
  for (std::int64_t i = 0; const auto& [kernel, factor] : layout.convolutions) {
    convolutions.push_back({in, channels * factor, kernel, i++ == strided ? shape.stride : 1});
    in = channels * factor;
  }
  return convolutions;
}

}  // namespace

BlockTransform::BlockTransform(torch::nn::Module& block, const NetworkSpec& spec,
                               const BlockShape& shape, const LayerMaker& make)
    : norms_precede_(spec.activation == Activation::full_pre_activation) {
  for (const auto& [in, out, kernel, stride] : convolutions_of(spec, shape)) {
    const auto number = std::to_string(convolutions_.size() + 1);
    convolutions_.emplace_back(
        block.register_module("conv" + number, make.convolution(in, out, kernel, stride)));
    norms_.push_back(make.norm(norms_precede_ ? in : out));
    block.register_module("bn" + number, norms_.back().module());
  }
}

Convolved BlockTransform::convolve(const at::Tensor& x) {
  Convolved y(convolutions_.front(), x);
  for (std::size_t i = 1; i < convolutions_.size(); ++i)
    y = Convolved(convolutions_[i], norm_relu(norms_[norms_precede_ ? i : i - 1], y));
  return y;
}

}  // namespace reslab
