#pragma once

// All that differs between the LibTorch versions that ResLab builds with: 1.13 to 2.x.

#include <string>
#include <variant>
#include <vector>

#include <ATen/autocast_mode.h>
#include <ATen/ops/_foreach_mul.h>
#include <torch/version.h>

#define RESLAB_TORCH_AT_LEAST(major, minor) \
  (TORCH_VERSION_MAJOR > (major) ||         \
   (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))

namespace reslab::compat {

/// The version of LibTorch's headers. Debian's 1.13.1 says 1.13.0 in them.
inline std::string torch_version() {
  return std::to_string(TORCH_VERSION_MAJOR) + '.' + std::to_string(TORCH_VERSION_MINOR) + '.' +
         std::to_string(TORCH_VERSION_PATCH);
}

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

/// The products of tensors with a number; `factor` has no dimensions, their type and device.
inline std::vector<at::Tensor> foreach_mul(at::TensorList tensors, const at::Tensor& factor) {
#if RESLAB_TORCH_AT_LEAST(2, 3)
  return at::_foreach_mul(tensors, factor);
#else
  std::vector<at::Tensor> products;
  for (const auto& tensor : tensors) products.push_back(tensor * factor);
  return products;
#endif
}

/// What a variant of an options struct holds, if it is a T.
template <class T, class Variant>
const T* get_if(const Variant& variant) {
#if RESLAB_TORCH_AT_LEAST(2, 1)
  return std::get_if<T>(&variant);
#else
  return c10::get_if<T>(&variant);
#endif
}

}  // namespace reslab::compat
