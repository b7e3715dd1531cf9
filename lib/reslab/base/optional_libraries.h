#pragma once

#include <string>
#include <vector>

namespace reslab {

/// A library that ResLab can be built without, and what it reads.
struct OptionalLibrary {
  std::string name;
  std::string purpose;
  bool built_in = false;
};

std::vector<OptionalLibrary> optional_libraries();

}  // namespace reslab
