#pragma once

#include <memory>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include "reslab/data/normalization.h"
#include "reslab/model/network.h"

namespace reslab {

/// A network that normalises its images: takes RGB images (N, 3, height, width) of values from 0 to
/// 255, uint8 or float. Shares the network's layers and their names; the normalisation has the
/// buffers `normalize.mean` and `normalize.std`.
class RawInputNetwork : public torch::nn::Module {
 public:
  /// `height`, `width`: size of the images; other sizes work unless the mean is a mean image.
  /// Throws InvalidInput for a network whose input does not have three channels.
  RawInputNetwork(std::shared_ptr<Network> network, const Normalization& normalization,
                  std::int64_t height, std::int64_t width);

  at::Tensor forward(const at::Tensor& images);

 private:
  std::shared_ptr<Network> network_;
  at::Tensor mean_;  // (3, 1, 1) or (3, height, width)
  at::Tensor std_;   // (3, 1, 1)
};

}  // namespace reslab
