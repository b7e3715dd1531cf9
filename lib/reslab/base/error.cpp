#include "reslab/base/error.h"

namespace reslab {
namespace {

std::string joined_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) {
    if (!text.empty()) text += '\n';
    text += line;
  }
  return text;
}

}  // namespace

InvalidInput::InvalidInput(std::vector<std::string> lines)
    : std::runtime_error(joined_lines(lines)), lines_(std::move(lines)) {}

}  // namespace reslab
