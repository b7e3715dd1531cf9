#pragma once

#include <c10/core/Device.h>
#include <torch/nn/module.h>

#include "reslab/execution/options.h"

namespace reslab {

/// The execution policy: how a thread computes forward passes.
struct Execution {
  Precision precision = Precision::float32;  // never `automatic`
  Kernels kernels = Kernels::aten;
  at::Device device{at::kCPU};
};

/// Replaces `automatic`: bfloat16 on GPUs, elsewhere as resolve_on_cpu() says. Other values are
/// returned unchanged.
Precision resolve(Precision precision, at::Device device);

/// The policy of the innermost ExecutionScope of this thread. Without a scope: LibTorch's operators
/// in float32.
const Execution& current_execution();

/// Sets the policy of this thread, and with it LibTorch's autocast, while the scope exists.
class ExecutionScope {
 public:
  explicit ExecutionScope(const Execution& execution);
  ~ExecutionScope();
  ExecutionScope(const ExecutionScope&) = delete;
  ExecutionScope& operator=(const ExecutionScope&) = delete;

 private:
  Execution execution_;
  const Execution* outer_;
  bool outer_autocast_;
};

/// Moves the module to the device and its convolution weights to channels_last, the layout in which
/// convolutions are fastest.
void move_to_device(torch::nn::Module& module, at::Device device);

}  // namespace reslab
