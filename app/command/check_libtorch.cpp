#include "app/bench/compute_rate.h"
#include "app/command/check.h"
#include "app/command/command.h"
#include "app/command/compute_options.h"
#include "app/runs/initial_weights.h"

namespace reslab::app {

int check_command_with_libtorch(int argc, const char* const* argv) {
  const auto parsed = parse_arguments("check", argc, argv);
  if (!parsed) return kDone;
  const auto device = read_compute_options(*parsed).device;
  const CheckWithLibTorch libtorch{device.is_cpu(),
                                   [device](Precision precision, Kernels kernels) {
                                     return measure_rate(precision, kernels, device);
                                   },
                                   initial_weights_errors};
  return check(*parsed, &libtorch);
}

}  // namespace reslab::app
