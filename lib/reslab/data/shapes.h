#pragma once

#include <cstdint>

#include "reslab/data/source.h"

namespace reslab {

/// A data set that needs no download: drawn images of ten shapes. Image i of a split is a function
/// of (seed, split, i); its class is i modulo 10.
class ShapesSource : public DataSource {
 public:
  Settings settings() override;
  std::optional<DataOutline> outline() const override;
  std::string describe() const override;
  DataSet load() const override;

 private:
  std::int64_t train_ = 20000;
  std::int64_t test_ = 2000;
  std::int64_t seed_ = 1;
};

}  // namespace reslab
