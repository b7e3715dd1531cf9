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

/// The BatchNorm of a convolution's output, or nothing in its place in a network without BatchNorm.
class Norm {
 public:
  Norm() = default;
  /// BatchNorm of `channels` channels; nothing in its place without options.
  Norm(std::int64_t channels, const std::optional<BatchNormOptions>& options);

  /// Norm(x). Shows nothing to the observer.
  at::Tensor operator()(const Convolved& x) const;

  /// Whether the BatchNorm is folded into the convolution of x: in evaluation, in a FusedScope.
  bool folds(const Convolved& x) const;
  /// ReLU(Norm(x) + shortcut) of an x that folds, without a shortcut where that is undefined. Shows
  /// nothing.
  at::Tensor folded_relu(const Convolved& x, const at::Tensor& shortcut) const;

  /// Whether `fused_relu` is to be used: there is a fused operator for x, with its convolution
  /// where that is pending, and this thread is in a FusedScope.
  bool fuses(const Convolved& x) const;
  /// ReLU(Norm(x) + shortcut), without a shortcut where that is undefined. Shows nothing.
  at::Tensor fused_relu(const Convolved& x, const at::Tensor& shortcut) const;
  /// Norm(x) by the batch's statistics, to look at: without gradients, nothing is remembered.
  at::Tensor of_batch(const Convolved& x) const;

  /// Whether it makes a tensor of its own, and not what it is given.
  bool normalizes() const { return batch_norm_ != nullptr; }

  /// To be registered with the block; an identity where there is no BatchNorm.
  const std::shared_ptr<torch::nn::Module>& module() const { return module_; }

 private:
  /// Norm(x) = scale·x + offset, by the running statistics.
  struct Line {
    at::Tensor scale, offset;
  };
  Line line() const;

  std::shared_ptr<torch::nn::BatchNorm2dImpl> batch_norm_;
  std::shared_ptr<torch::nn::Module> module_;
};

// All that happens between two convolutions goes through these functions. Shapes (N, C, H, W). Each
// shows its normalised value to the observer of the forward pass (model/observer.h).

/// Norm(x).
at::Tensor norm(const Norm& norm, const Convolved& x);
/// ReLU(Norm(x)).
at::Tensor norm_relu(const Norm& norm, const Convolved& x);
/// ReLU(Norm(x) + shortcut).
at::Tensor norm_add_relu(const Norm& norm, const Convolved& x, const at::Tensor& shortcut);

}  // namespace reslab
