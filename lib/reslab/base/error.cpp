#include "reslab/base/error.h"

#include <functional>

#include "reslab/base/text.h"

namespace reslab {

InvalidInput::InvalidInput(std::vector<std::string> lines)
    : std::runtime_error(joined(lines, "\n", std::identity())), lines_(std::move(lines)) {}

}  // namespace reslab
