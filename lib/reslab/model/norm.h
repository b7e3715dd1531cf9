#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>

#include "reslab/model/batch_norm_options.h"
#include "reslab/model/convolved.h"

namespace reslab {

/// The BatchNorm after a convolution (Ioffe and Szegedy 2015). In a network without BatchNorm it is
/// the identity. Networks use its functions for everything between two convolutions. Shapes are
/// (N, C, H, W). Each function except `unobserved` shows Norm(x) to the observer of the forward
/// pass (model/observer.h).
class Norm {
 public:
  Norm() = default;
  /// BatchNorm of `channels` channels; the identity without options.
  Norm(std::int64_t channels, const std::optional<BatchNormOptions>& options);

  /// Norm(x).
  at::Tensor operator()(const Convolved& x) const;
  at::Tensor unobserved(const Convolved& x) const;
  /// ReLU(Norm(x)).
  at::Tensor relu(const Convolved& x) const { return add_relu(x, {}); }
  /// ReLU(Norm(x) + shortcut), or ReLU(Norm(x)) if `shortcut` is undefined.
  at::Tensor add_relu(const Convolved& x, const at::Tensor& shortcut) const;

  /// The module to register with the block; an identity in a network without BatchNorm.
  const std::shared_ptr<torch::nn::Module>& module() const { return module_; }

 private:
  /// BatchNorm by the running statistics: scale·x + offset.
  struct Affine {
    at::Tensor scale, offset;
  };
  Affine running_affine() const;

  /// The implementation of Norm(x). With `relu`, that of ReLU(Norm(x)); with `adds`, that of a
  /// shortcut added before the ReLU, too.
  Implementation implementation_for(const Convolved& x, bool relu, bool adds) const;
  at::Tensor normalized(const Convolved& x, const Implementation& implementation) const;
  at::Tensor with_batch_statistics(const Convolved& x, const Implementation& implementation) const;

  std::shared_ptr<torch::nn::BatchNorm2dImpl> batch_norm_;
  std::shared_ptr<torch::nn::Module> module_;
};

}  // namespace reslab
