#pragma once

#include <c10/core/Device.h>

#include "app/command/arguments.h"

namespace reslab::app {

/// Where a command computes.
struct Surroundings {
  at::Device device{at::kCPU};
  int threads = 1;
};

/// Adds --device and --threads.
void add_surroundings(cxxopts::Options& options);

/// Reads them and sets LibTorch's number of threads. Throws InvalidInput.
Surroundings read_surroundings(const cxxopts::ParseResult& given);

}  // namespace reslab::app
