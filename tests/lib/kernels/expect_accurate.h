#pragma once

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace reslab {

/// Expects that `value` is `exact` (float64) up to `precision`, relative to the largest element.
inline void expect_accurate(const char* what, const at::Tensor& value, const at::Tensor& exact,
                            double precision) {
  ASSERT_EQ(value.sizes(), exact.sizes()) << what;
  const auto error = (value.to(at::kDouble) - exact).abs().max().item<double>();
  EXPECT_LE(error, precision * exact.abs().max().item<double>()) << what;
}

}  // namespace reslab
