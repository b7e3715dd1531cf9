#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "reslab/kernels/convolution_loops.h"
#include "reslab/kernels/norm_loops.h"

namespace reslab {

/// `channels` rounded up to a multiple of `kChannelPadding`.
std::int64_t padded(std::int64_t channels);

/// The element types that the kernels read and write.
enum class Element { float32, bfloat16 };

/// Whether the elements of the tensor are float32 or bfloat16.
bool has_element(const at::Tensor& tensor);
/// The element type of the tensor; requires `has_element(tensor)`.
Element element_of(const at::Tensor& tensor);

/// The loops compiled for one instruction set. The arrays are indexed by Element.
struct CpuKernels {
  const char* instructions;  // "avx512", "avx2" or "any"
  const NormKernels* norm;
  const WinogradKernels* winograd;
  const DirectKernel* direct;
};

/// The kernels that this CPU can run, the fastest first.
const std::vector<CpuKernels>& supported_kernels();

// The fastest kernels that this CPU can run.
const NormKernels& norm_kernels(Element element);
const WinogradKernels& winograd_kernels(Element element);
DirectKernel direct_kernel(Element element);

}  // namespace reslab
