#pragma once

#include <cstdlib>

#include <ATen/Context.h>

namespace reslab {

/// The device that networks, trainings and exports are tested on: the one that the environment
/// variable RESLAB_TEST_DEVICE names, else the CPU. scripts/gpu-check sets it to cuda.
inline at::Device test_device() {
  const auto* const name = std::getenv("RESLAB_TEST_DEVICE");
  const at::Device device(name == nullptr ? "cpu" : name);
  // Tests compare float32 with references. TF32, cuDNN's default, has a mantissa of 10 bits.
  if (device.is_cuda()) at::globalContext().setAllowTF32CuDNN(false);
  return device;
}

}  // namespace reslab
