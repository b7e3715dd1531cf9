#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "reslab/kernels/convolution_loops.h"
#include "reslab/kernels/norm_loops.h"

namespace reslab {

/// The least multiple of the width that holds the channels.
std::int64_t padded(std::int64_t channels);

enum class Element { float32, bfloat16 };

/// Whether a tensor has such elements.
bool has_element(const at::Tensor& tensor);
/// That of a tensor which has.
Element element_of(const at::Tensor& tensor);

/// The loops compiled for one kind of processor, by the type of element.
struct ProcessorKernels {
  const char* processor;
  const NormKernels* norm;
  const WinogradKernels* winograd;
  const DirectKernel* direct;
};

/// Those that this processor runs, the fastest first.
const std::vector<ProcessorKernels>& supported_kernels();

/// The fastest ones.
const NormKernels& norm_kernels(Element element);
const WinogradKernels& winograd_kernels(Element element);
DirectKernel direct_kernel(Element element);

}  // namespace reslab
