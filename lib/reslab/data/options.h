#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "reslab/data/catalogue.h"
#include "reslab/data/normalization.h"
#include "reslab/data/source.h"
#include "reslab/data/transform.h"

namespace reslab {

/// Which images, how they are split, normalised and augmented. Copies share the source.
struct DataOptions {
  std::string name = data_sources().front().name;
  std::shared_ptr<DataSource> source = data_sources().front().make();
  std::int64_t validation = 0;  // training images taken out to choose the model on
  Normalize normalize;
  Augment augment;
  std::int64_t test_crops = 1;  // views of an image that an evaluation takes the mean over: 1 or 10
};

/// The description of `data`: a kind of data set under "name", with that kind's settings,
/// `validation`, `normalize` and `augment` beside it.
Setting data_setting(DataOptions& options);

/// What can be told to be wrong without reading the data: settings that contradict each other, a
/// validation set larger than the training set; one line each, beginning with the setting's place.
std::vector<std::string> mistakes(const DataOptions& options);

/// Reads the data and takes the validation images out. Throws InvalidInput with every mistake
/// found.
DataSet load(const DataOptions& options);

/// Measures what the normalisation needs on the training images.
Transform make_transform(const DataSet& data, const DataOptions& options);

}  // namespace reslab
