#include "reslab/model/block_transform.h"

#include <string>

namespace reslab {

BlockTransform::BlockTransform(torch::nn::Module& block, const NetworkSpec& spec,
                               const BlockShape& shape, const LayerMaker& make)
    : norms_precede_(spec.activation == Activation::full_pre_activation) {
  const auto& layout = layout_of(spec.block);
  const auto channels = shape.out_channels / layout.expansion();
  const auto strided = spec.stride_in == StrideIn::conv1x1 ? 0 : layout.first_3x3();
  auto in = shape.in_channels;
  for (std::int64_t i = 0; i < layout.layers(); ++i) {
    const auto& [kernel, factor] = layout.convolutions[static_cast<std::size_t>(i)];
    const auto out = channels * factor;
    const auto number = std::to_string(i + 1);
    convolutions_.emplace_back(block.register_module(
        "conv" + number, make.convolution(in, out, kernel, i == strided ? shape.stride : 1)));
    norms_.push_back(make.norm(norms_precede_ ? in : out));
    block.register_module("bn" + number, norms_.back().module());
    in = out;
  }
}

Convolved BlockTransform::convolve(const at::Tensor& x) {
  Convolved y(convolutions_.front(), x);
  for (std::size_t i = 1; i < convolutions_.size(); ++i)
    y = Convolved(convolutions_[i], norms_[norms_precede_ ? i : i - 1].relu(y));
  return y;
}

}  // namespace reslab
