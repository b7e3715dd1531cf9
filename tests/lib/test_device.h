#pragma once

#include <cstdlib>

#include <ATen/Context.h>

namespace reslab {

/// Returns the device on which networks, trainings and exports are tested. The environment variable
/// RESLAB_TEST_DEVICE names it, as scripts/gpu-check does; the default is the CPU.
inline at::Device test_device() {
  const auto* const name = std::getenv("RESLAB_TEST_DEVICE");
  const at::Device device(name == nullptr ? "cpu" : name);
  // Tests compare float32 with references. TF32, cuDNN's default, has a mantissa of 10 bits.
  if (device.is_cuda()) at::globalContext().setAllowTF32CuDNN(false);
  return device;
}

}  // namespace reslab
