#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reslab/data/source.h"

namespace reslab {

/// A kind of data set as the user names it.
struct DataSourceEntry {
  std::string name;
  std::string meaning;  // one line
  std::shared_ptr<DataSource> (*make)();
};

/// Every kind of data set, the default first.
const std::vector<DataSourceEntry>& data_sources();

}  // namespace reslab
