#pragma once

namespace reslab {

/// The settings of BatchNorm (Ioffe and Szegedy 2015).
struct BatchNormOptions {
  double momentum = 0.1;  // weight of the newest batch in the running mean and variance
  double eps = 1e-5;      // added to the variance

  bool operator==(const BatchNormOptions&) const = default;
};

}  // namespace reslab
