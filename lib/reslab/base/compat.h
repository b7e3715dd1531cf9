#pragma once

// Differences between the LibTorch versions that ResLab supports: 1.13 to 2.x.

#include <cstdint>
#include <variant>
#include <vector>

#include <ATen/autocast_mode.h>
#include <ATen/ops/_foreach_mul.h>
#include <c10/core/Device.h>
#include <torch/version.h>

#define RESLAB_TORCH_AT_LEAST(major, minor) \
  (TORCH_VERSION_MAJOR > (major) ||         \
   (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))

#if RESLAB_TORCH_AT_LEAST(2, 11)
#include <c10/core/CachingDeviceAllocator.h>
#endif

namespace reslab::compat {

inline bool autocast_enabled(at::DeviceType device) {
#if RESLAB_TORCH_AT_LEAST(2, 4)
  return at::autocast::is_autocast_enabled(device);
#else
  return device == at::kCUDA ? at::autocast::is_enabled() : at::autocast::is_cpu_enabled();
#endif
}

inline void set_autocast(at::DeviceType device, bool enabled, at::ScalarType type) {
#if RESLAB_TORCH_AT_LEAST(2, 4)
  at::autocast::set_autocast_dtype(device, type);
  at::autocast::set_autocast_enabled(device, enabled);
#else
  if (device == at::kCUDA) {
    at::autocast::set_autocast_gpu_dtype(type);
    at::autocast::set_enabled(enabled);
  } else {
    at::autocast::set_autocast_cpu_dtype(type);
    at::autocast::set_cpu_enabled(enabled);
  }
#endif
}

/// Multiplies each tensor by `factor`, a tensor without dimensions of the tensors' type and device.
inline std::vector<at::Tensor> foreach_mul(at::TensorList tensors, const at::Tensor& factor) {
#if RESLAB_TORCH_AT_LEAST(2, 3)
  return at::_foreach_mul(tensors, factor);
#else
  std::vector<at::Tensor> products;
  for (const auto& tensor : tensors) products.push_back(tensor * factor);
  return products;
#endif
}

/// Multiplies each tensor in place by `factor`, a tensor without dimensions of their type and
/// device.
inline void foreach_mul_in_place(at::TensorList tensors, const at::Tensor& factor) {
#if RESLAB_TORCH_AT_LEAST(2, 3)
  at::_foreach_mul_(tensors, factor);
#else
  for (const auto& tensor : tensors) tensor.mul_(factor);
#endif
}

/// Returns the largest number of bytes that tensors have taken on a GPU so far, and 0 for the CPU.
/// LibTorch before 2.11 shows this number only to programs with CUDA's headers, so the result is 0
/// there, too.
inline std::int64_t peak_device_memory([[maybe_unused]] at::Device device) {
#if RESLAB_TORCH_AT_LEAST(2, 11)
  if (device.is_cuda()) {
    const auto index = device.has_index() ? device.index() : c10::DeviceIndex{0};
    return c10::getDeviceAllocator(device.type())->getDeviceStats(index).allocated_bytes[0].peak;
  }
#endif
  return 0;
}

/// A pointer to the T that a variant in an options struct holds, or null if it holds another type.
template <class T, class Variant>
const T* get_if(const Variant& variant) {
#if RESLAB_TORCH_AT_LEAST(2, 1)
  return std::get_if<T>(&variant);
#else
  return c10::get_if<T>(&variant);
#endif
}

}  // namespace reslab::compat
