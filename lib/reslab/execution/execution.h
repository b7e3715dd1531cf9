#pragma once

#include <c10/core/Device.h>

#include "reslab/execution/precision.h"
#include "reslab/kernels/fused_norm.h"

namespace reslab {

/// How forward passes are computed.
struct Execution {
  Precision precision = Precision::float32;  // resolved
  Kernels kernels = Kernels::aten;
  at::Device device{at::kCPU};
};

/// While it lives, this thread's forward passes are computed so.
class ExecutionScope {
 public:
  explicit ExecutionScope(const Execution& execution)
      : precision_(execution.precision, execution.device),
        kernels_(execution.kernels == Kernels::fused) {}

 private:
  PrecisionScope precision_;
  FusedScope kernels_;
};

}  // namespace reslab
