#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/bench/estimate.h"
#include "app/command/arguments.h"

namespace reslab::app {

/// The parts of `reslab check` that need LibTorch.
struct CheckWithLibTorch {
  bool on_cpu = true;  // the device of the runs
  std::function<ComputeRate(Precision, Kernels)> measure_rate;
  std::function<std::vector<std::string>(const RunPlan&)> initial_weights_errors;
};

/// `reslab check` with these arguments. Returns the exit code; without `libtorch`, kNeedsLibTorch
/// if an experiment starts from weights in files.
int check(const cxxopts::ParseResult& parsed, const CheckWithLibTorch* libtorch);

}  // namespace reslab::app
