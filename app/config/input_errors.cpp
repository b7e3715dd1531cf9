#include "app/config/input_errors.h"

#include <utility>

#include "reslab/base/error.h"

namespace reslab::app {

void InputErrors::add(const std::string& place, const std::string& what) {
  add_line(place + ": " + what);
}

void InputErrors::add_lines(const std::vector<std::string>& lines) {
  for (const auto& line : lines) add_line(line);
}

void InputErrors::gather(const std::function<void()>& work) {
  try {
    work();
  } catch (const InvalidInput& error) {
    add_lines(error.lines());
  }
}

void InputErrors::add_line(std::string line) {
  line = visible_text(line);
  if (known_.insert(line).second) lines_.push_back(std::move(line));
}

void InputErrors::raise() const {
  if (!lines_.empty()) throw InvalidInput(lines_);
}

}  // namespace reslab::app
