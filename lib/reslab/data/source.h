#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reslab/base/setting.h"
#include "reslab/data/images.h"

namespace reslab {

/// What a data set says of itself before its images are read.
struct DataOutline {
  std::int64_t classes = 0;
  int height = 0;  // of the network's input
  int width = 0;
  std::int64_t train_images = 0;  // before any are taken out for validation
  bool has_validation = false;    // a validation set of its own
};

/// A place where images come from, with its settings. A new kind is one class and one line in
/// data_sources() (catalogue.h).
class DataSource {
 public:
  virtual ~DataSource() = default;

  /// The settings of this kind, bound to this object.
  virtual Settings settings() = 0;

  /// Settings that contradict each other, one line each.
  virtual std::vector<std::string> mistakes() const { return {}; }

  /// What is not where it should be, one line each with what would be right; empty when all is
  /// there.
  virtual std::vector<std::string> missing() const { return {}; }

  /// Nothing where it cannot be told because the data are missing.
  virtual std::optional<DataOutline> outline() const = 0;

  /// One line for people: what the images are.
  virtual std::string describe() const = 0;

  /// Reads the data. Throws InvalidInput with every mistake found in them.
  virtual DataSet load() const = 0;
};

}  // namespace reslab
