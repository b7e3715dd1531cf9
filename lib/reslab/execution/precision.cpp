#include "reslab/execution/precision.h"

#include "reslab/base/compat.h"
#include "reslab/kernels/processor.h"

namespace reslab {

Precision resolve(Precision precision, at::Device device) {
  if (precision != Precision::automatic) return precision;
  return device.is_cuda() || processor_has_bfloat16_matrices() ? Precision::bfloat16
                                                               : Precision::float32;
}

PrecisionScope::PrecisionScope(Precision precision, at::Device device)
    : device_(device.type()), was_enabled_(compat::autocast_enabled(device.type())) {
  at::autocast::increment_nesting();
  compat::set_autocast(device_, precision == Precision::bfloat16, at::kBFloat16);
}

PrecisionScope::~PrecisionScope() {
  // The casts of the weights are cached until the outermost scope ends; an optimizer step makes
  // them stale.
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  compat::set_autocast(device_, was_enabled_, at::kBFloat16);
}

}  // namespace reslab
