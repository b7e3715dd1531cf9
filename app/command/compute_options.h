#pragma once

#include <optional>

#include <c10/core/Device.h>

#include "app/command/arguments.h"
#include "reslab/execution/options.h"

namespace reslab::app {

/// The device and the number of CPU threads that a command computes with.
struct ComputeOptions {
  at::Device device{at::kCPU};
  int threads = 1;
};

/// Reads --device and --threads, and sets LibTorch's number of threads. Throws InvalidInput for a
/// device that LibTorch does not have and for a number out of range.
ComputeOptions read_compute_options(const cxxopts::ParseResult& parsed);

/// Reads --precision and resolves it for the device; nothing if it is absent. Throws InvalidInput.
std::optional<Precision> read_precision(const cxxopts::ParseResult& parsed, at::Device device);

}  // namespace reslab::app
