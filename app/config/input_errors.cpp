#include "app/config/input_errors.h"

#include <algorithm>

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
  // A key or text of the file may hold line breaks, or codes that command a terminal.
  std::ranges::replace_if(
      line, [](unsigned char letter) { return letter < 0x20 || letter == 0x7F; }, '?');
  if (std::ranges::find(lines_, line) == lines_.end()) lines_.push_back(std::move(line));
}

void InputErrors::raise() const {
  if (!lines_.empty()) throw InvalidInput(lines_);
}

}  // namespace reslab::app
