#include "reslab/model/block_transform.h"

#include <string>

namespace reslab {

BlockTransform::BlockTransform(torch::nn::Module& block, const BlockLayers& layers,
                               const LayerMaker& make)
    : norms_precede_(layers.norms_precede) {
  for (const auto& shape : layers.transform) {
    const auto number = std::to_string(convolutions_.size() + 1);
    convolutions_.emplace_back(block.register_module("conv" + number, make.convolution(shape)));
    norms_.push_back(make.norm(layers.norm_channels(shape)));
    block.register_module("bn" + number, norms_.back().module());
  }
}

Convolved BlockTransform::convolve(const at::Tensor& x) {
  Convolved y(convolutions_.front(), x);
  for (std::size_t i = 1; i < convolutions_.size(); ++i)
    y = Convolved(convolutions_[i], norms_[norms_precede_ ? i : i - 1].relu(y));
  return y;
}

}  // namespace reslab
