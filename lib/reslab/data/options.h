#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "reslab/data/cifar.h"
#include "reslab/data/image_folder.h"
#include "reslab/data/normalization.h"
#include "reslab/data/shapes.h"
#include "reslab/data/transform.h"

namespace reslab {

/// Every kind of data set. The first one is the default.
using DataSourceOptions =
    std::variant<ShapesOptions, Cifar10Options, Cifar100Options, FolderOptions>;

/// Which images a network learns from, and how they are split, normalised and augmented.
struct DataOptions {
  DataSourceOptions source;
  std::int64_t validation = 0;  // training images taken out to choose the model on
  Normalize normalize;
  Augment augment;
  std::int64_t test_crops = 1;  // views of an image that an evaluation averages: 1 or 10

  bool operator==(const DataOptions&) const = default;
};

const Settings<DataOptions>& data_settings();

/// The name of the kind of data set, as "cifar10".
std::string data_name(const DataOptions& options);

/// The folder that the data set is read from, or nullptr if its images are computed.
const std::string* data_root(const DataOptions& options);
/// Reads the data set from another folder. Requires data_root(options).
void set_data_root(DataOptions& options, const std::string& root);

std::unique_ptr<const DataSource> make_source(const DataOptions& options);

/// Errors that show without reading the images: settings that contradict each other, a validation
/// set larger than the training set. Each line begins with the setting's place.
std::vector<std::string> errors(const DataOptions& options);

/// Reads the data and takes the validation images out. Throws InvalidInput with a line for each
/// error.
DataSet load(const DataOptions& options);

/// Measures on the training images what the normalisation needs.
Transform make_transform(const DataSet& data, const DataOptions& options);

}  // namespace reslab
