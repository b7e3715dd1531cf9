#include "reslab/train/mixup.h"

#include <cmath>

#include <ATen/ops/cat.h>

namespace reslab {
namespace {

/// The logarithm of a number from Gamma(shape, 1): a number from Gamma(shape + 1, 1) (Marsaglia and
/// Tsang 2000) times U^(1/shape). The number itself underflows for small shapes.
double log_gamma_number(double shape, Random& random) {
  const double d = shape + 1 - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = random.normal();
    const double root = 1 + c * x;
    const double v = root * root * root;
    const double u = 1 - random.uniform();
    if (v > 0 && std::log(u) < 0.5 * x * x + d - d * v + d * std::log(v))
      return std::log(d * v) + std::log(1 - random.uniform()) / shape;
  }
}

}  // namespace

double draw_mixup_weight(double alpha, Random random) {
  const double a = log_gamma_number(alpha, random);
  const double b = log_gamma_number(alpha, random);
  return 1 / (1 + std::exp(b - a));
}

at::Tensor rolled(const at::Tensor& batch) {
  const auto last = batch.size(0) - 1;
  return at::cat({batch.narrow(0, last, 1), batch.narrow(0, 0, last)});
}

}  // namespace reslab
