#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reslab/data/images.h"

namespace reslab {

/// The splits of a data set to read. An evaluation needs no training images.
enum class Splits { all, without_training };

/// The facts about a data set that are known before its images are read.
struct DataOutline {
  std::int64_t classes = 0;
  int height = 0;  // of the network's input, in pixels
  int width = 0;
  std::int64_t channels = 3;
  std::int64_t train_images = 0;       // including images held out for validation
  std::int64_t validation_images = 0;  // of the data set's own validation split
  std::int64_t test_images = 0;
  bool has_validation = false;  // the data set has a validation split
};

/// Reads the images of a data set. A new kind of data set is a subclass and a struct of options
/// with `kName`, `settings()` and `source()`, listed in DataSourceOptions (options.h). `source()`
/// may take the Augment.
class DataSource {
 public:
  virtual ~DataSource() = default;

  /// Settings that contradict each other, one line each.
  virtual std::vector<std::string> errors() const { return {}; }

  /// One line for each absent file or folder: what, where, and what would be right.
  virtual std::vector<std::string> file_errors(Splits /*splits*/) const { return {}; }

  /// Returns the outline, or nothing if the files that it depends on are absent.
  virtual std::optional<DataOutline> outline() const = 0;

  /// Describes the images in one line for people: how many were found, and how many files are no
  /// images.
  virtual std::string describe(Splits splits) const = 0;

  /// Reads the data. Throws InvalidInput with a line for each error.
  virtual DataSet load(Splits splits) const = 0;

  /// Decodes every image. Returns a line for each file that cannot be read.
  virtual std::vector<std::string> unreadable_images() const { return {}; }
};

}  // namespace reslab
