#pragma once

#include "app/config/json.h"
#include "reslab/data/options.h"

namespace reslab::app {

/// The number of files of a data set and a checksum of their names and sizes, to notice that the
/// data changed: {"count": 3000, "crc32": "0123abcd"}. Looks at the files in the data set's folder
/// and at all below its train/, val/ and test/. Null for images that are computed.
Json data_files(DataOptions data);

}  // namespace reslab::app
