#pragma once

#include <cstdint>
#include <vector>

#include "reslab/kernels/convolution_loops.h"
#include "reslab/kernels/norm_loops.h"

namespace reslab {

/// The least multiple of the width that holds the channels.
std::int64_t padded(std::int64_t channels);

enum class Element { float32, bfloat16 };

/// The loops compiled for one kind of processor.
struct ProcessorKernels {
  const char* processor;
  const NormKernels* norm;  // by the type of element
  const WinogradKernels* winograd;
  DirectKernel direct;
};

/// Those that this processor runs, the fastest first.
const std::vector<ProcessorKernels>& supported_kernels();

/// The fastest ones.
const NormKernels& norm_kernels(Element element);
const WinogradKernels& winograd_kernels();
DirectKernel direct_kernel();

}  // namespace reslab
