#include "reslab/kernels/cpu_kernels.h"

namespace reslab {

// norm_loops.cpp, winograd_loops.cpp and direct_loops.cpp define these, once for each instruction
// set.
extern const NormKernels kNormKernelsAny[2];
extern const WinogradKernels kWinogradKernelsAny[2];
extern const DirectKernel kDirectKernelsAny[2];
#if defined(__x86_64__)
extern const NormKernels kNormKernelsAvx2[2];
extern const WinogradKernels kWinogradKernelsAvx2[2];
extern const DirectKernel kDirectKernelsAvx2[2];
extern const NormKernels kNormKernelsAvx512[2];
extern const WinogradKernels kWinogradKernelsAvx512[2];
extern const DirectKernel kDirectKernelsAvx512[2];
#endif

std::int64_t padded(std::int64_t channels) {
  return (channels + kChannelPadding - 1) / kChannelPadding * kChannelPadding;
}

bool has_element(const at::Tensor& tensor) {
  return tensor.scalar_type() == at::kFloat || tensor.scalar_type() == at::kBFloat16;
}

Element element_of(const at::Tensor& tensor) {
  return tensor.scalar_type() == at::kFloat ? Element::float32 : Element::bfloat16;
}

const std::vector<CpuKernels>& supported_kernels() {
  static const auto list = [] {
    std::vector<CpuKernels> supported;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
      supported.push_back(
          {"avx512", kNormKernelsAvx512, kWinogradKernelsAvx512, kDirectKernelsAvx512});
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
      supported.push_back({"avx2", kNormKernelsAvx2, kWinogradKernelsAvx2, kDirectKernelsAvx2});
#endif
    supported.push_back({"any", kNormKernelsAny, kWinogradKernelsAny, kDirectKernelsAny});
    return supported;
  }();
  return list;
}

const NormKernels& norm_kernels(Element element) {
  return supported_kernels().front().norm[static_cast<int>(element)];
}

const WinogradKernels& winograd_kernels(Element element) {
  return supported_kernels().front().winograd[static_cast<int>(element)];
}

DirectKernel direct_kernel(Element element) {
  return supported_kernels().front().direct[static_cast<int>(element)];
}

}  // namespace reslab
