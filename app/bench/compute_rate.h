#pragma once

#include <c10/core/Device.h>

#include "app/bench/estimate.h"

namespace reslab::app {

/// Measures the rate of this machine with a training of measured_network(), in about a second on a
/// usual CPU.
ComputeRate measure_rate(Precision precision, Kernels kernels, at::Device device);

}  // namespace reslab::app
