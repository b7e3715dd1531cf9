#include "reslab/execution/options.h"

#include "reslab/base/cpu_features.h"

namespace reslab {

Precision resolve_on_cpu(Precision precision) {
  if (precision != Precision::automatic) return precision;
  return cpu_has_bfloat16_matrices() ? Precision::bfloat16 : Precision::float32;
}

}  // namespace reslab
