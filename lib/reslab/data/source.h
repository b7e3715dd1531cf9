#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reslab/data/images.h"

namespace reslab {

/// The facts about a data set that are known before its images are read.
struct DataOutline {
  std::int64_t classes = 0;
  int height = 0;  // of the network's input, in pixels
  int width = 0;
  std::int64_t train_images = 0;  // before any are taken out for validation
  bool has_validation = false;    // a validation set of its own
};

/// Reads the images of a data set. A new kind of data set is a subclass and a struct of options
/// with `kName`, `settings()` and `source()`, listed in DataSourceOptions (options.h).
class DataSource {
 public:
  virtual ~DataSource() = default;

  /// Settings that contradict each other, one line each.
  virtual std::vector<std::string> errors() const { return {}; }

  /// Files and folders that are missing, one line each with what would be right.
  virtual std::vector<std::string> file_errors() const { return {}; }

  /// Nothing if files are missing that tell it.
  virtual std::optional<DataOutline> outline() const = 0;

  /// One line for people: what the images are.
  virtual std::string describe() const = 0;

  /// Reads the data. Throws InvalidInput with a line for each error in them.
  virtual DataSet load() const = 0;
};

}  // namespace reslab
