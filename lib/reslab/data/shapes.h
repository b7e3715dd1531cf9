#pragma once

#include <cstdint>

#include "reslab/base/setting.h"
#include "reslab/data/source.h"

namespace reslab {

/// Ten shapes of 32 × 32 pixels, drawn from a seed.
struct ShapesOptions {
  static constexpr const char* kName = "shapes";
  std::int64_t train = 20000;
  std::int64_t test = 2000;
  std::int64_t seed = 1;

  static Settings<ShapesOptions> settings();
  std::unique_ptr<const DataSource> source() const;
  bool operator==(const ShapesOptions&) const = default;
};

/// A data set that needs no download: drawn images of ten shapes. Image i of a split is a function
/// of (seed, split, i); its class is i modulo 10.
class ShapesSource : public DataSource {
 public:
  explicit ShapesSource(const ShapesOptions& options) : options_(options) {}

  std::optional<DataOutline> outline() const override;
  std::string describe() const override;
  DataSet load() const override;

 private:
  ShapesOptions options_;
};

}  // namespace reslab
