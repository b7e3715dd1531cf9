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
  std::int64_t validation = 0;  // training images held out for choosing the model
  Normalize normalize;
  Augment augment;
  std::int64_t test_crops = 1;  // views of an image that an evaluation averages: 1 or 10

  bool operator==(const DataOptions&) const = default;
};

const Settings<DataOptions>& data_settings();

/// The name of the kind of data set, for example "cifar10".
std::string data_name(const DataOptions& options);

/// The folder that the data set is read from, or nullptr if its images are computed.
std::string* data_root(DataOptions& options);

/// Calls FolderOptions::set_default_size if the data set is a folder. Images of other data sets
/// have a size of their own.
void set_default_size(DataOptions& options, std::int64_t size);

std::unique_ptr<const DataSource> make_source(const DataOptions& options);

/// Errors that can be found without reading images: settings that contradict each other, or a
/// validation split larger than the training split. Each line begins with the setting's place.
std::vector<std::string> errors(const DataOptions& options);

/// Describes the images in one line for people: the source's description, and the number of images
/// that are held out for validation.
std::string describe(const DataOptions& options, const DataSource& source, Splits splits);

/// Reads the data from make_source(options) and splits the validation images off; without training
/// images there are none to split off. Throws InvalidInput with a line for each error.
DataSet load(const DataOptions& options, const DataSource& source, Splits splits);
inline DataSet load(const DataOptions& options, Splits splits = Splits::all) {
  return load(options, *make_source(options), splits);
}

/// Moves `count` training images to a validation split. The choice depends only on `count` and the
/// size of the training split, never on a run's seed: the last `count` indices of a permutation
/// with a fixed key. Both splits keep the original order. Throws InvalidInput if no training image
/// would be left or the data set already has a validation split.
void split_validation(DataSet& data, std::int64_t count);

/// Makes the transform. Measures the constants of the normalisation on the training images if
/// necessary.
Transform make_transform(const DataSet& data, const DataOptions& options);

}  // namespace reslab
