#pragma once

#include <memory>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include "reslab/data/normalization.h"
#include "reslab/model/network.h"

namespace reslab {

/// A network with its images' normalisation in front: takes RGB images (N, 3, H, W) of numbers from
/// 0 to 255, bytes or floats. It shares the network's layers under their own names; the
/// normalisation's numbers are `normalize.mean` and `normalize.std`.
class RawInputNetwork : public torch::nn::Module {
 public:
  /// `height`, `width`: of the images; any other size is taken as well unless the mean is one for
  /// each place. Throws InvalidInput for a network of other than three channels.
  RawInputNetwork(std::shared_ptr<Network> network, const Normalization& normalization,
                  std::int64_t height, std::int64_t width);

  at::Tensor forward(const at::Tensor& images);

 private:
  std::shared_ptr<Network> network_;
  at::Tensor mean_;  // (3, 1, 1) or (3, height, width)
  at::Tensor std_;   // (3, 1, 1)
};

}  // namespace reslab
