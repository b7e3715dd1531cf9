#pragma once

#include <c10/core/Device.h>

#include "reslab/execution/options.h"

namespace reslab {

/// `automatic` resolved for a device: bfloat16 on a GPU and on a processor that multiplies matrices
/// of such numbers (AMX, Arm's BF16), where it is the faster one; else float32. The others as they
/// are.
Precision resolve(Precision precision, at::Device device);

/// While it lives, this thread's convolutions and what follows them run in the precision, from
/// float32 weights (automatic mixed precision). `precision` must be resolved.
class PrecisionScope {
 public:
  PrecisionScope(Precision precision, at::Device device);
  ~PrecisionScope();
  PrecisionScope(const PrecisionScope&) = delete;
  PrecisionScope& operator=(const PrecisionScope&) = delete;

 private:
  at::DeviceType device_;
  bool was_enabled_;
};

}  // namespace reslab
