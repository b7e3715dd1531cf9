#pragma once

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "reslab/base/error.h"
#include "reslab/base/text.h"

// Checks that the targets of tests/fuzz share.

namespace reslab {

using Bytes = std::span<const std::byte>;

inline std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The parts of the bytes between the separators.
inline std::vector<std::string> parts_of(Bytes bytes, std::string_view separator) {
  std::vector<std::string> parts;
  auto rest = text_of(bytes);
  for (std::size_t at = 0; (at = rest.find(separator)) != rest.npos;) {
    parts.emplace_back(rest.substr(0, at));
    rest.remove_prefix(at + separator.size());
  }
  parts.emplace_back(rest);
  return parts;
}

/// The text must be one line without control characters.
inline void expect_printable(std::string_view text) {
  if (visible_text(text) != text)
    throw std::logic_error("a control character in a text for people");
}

/// Each of the lines must be a line of an error message: not empty, without control characters.
inline void expect_lines(const std::vector<std::string>& lines) {
  for (const auto& line : lines)
    if (line.empty() || visible_text(line) != line)
      throw std::logic_error("refused with an empty or broken line");
}

/// Runs the reader. A refusal must consist of single lines.
template <class Reader>
void expect_read_or_refused(Reader reader) {
  try {
    reader();
  } catch (const InvalidInput& error) {
    if (error.lines().empty()) throw std::logic_error("refused without a line");
    expect_lines(error.lines());
  }
}

}  // namespace reslab
