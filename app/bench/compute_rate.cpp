#include "app/bench/compute_rate.h"

#include "app/bench/step_timer.h"
#include "reslab/base/median.h"

namespace reslab::app {

ComputeRate measure_rate(Precision precision, Kernels kernels, at::Device device) {
  StepTiming timing;
  timing.network = measured_network();
  timing.recipe.precision = precision;
  timing.recipe.kernels = kernels;
  timing.recipe.batch = 128;
  timing.image_size = default_image_size(timing.network);
  timing.warmup = 2;
  timing.steps = 5;
  timing.device = device;
  const auto macs = count_network(timing.network, timing.image_size).macs;
  const auto macs_of_batch = static_cast<double>(macs * timing.recipe.batch);
  ComputeRate rate;
  rate.training = kPassesOfAStep * macs_of_batch / median(time_steps(timing));
  timing.work = Work::evaluation;
  rate.evaluation = macs_of_batch / median(time_steps(timing));
  return rate;
}

}  // namespace reslab::app
