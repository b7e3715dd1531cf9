#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "reslab/base/text.h"

namespace reslab {

/// The user's input is invalid: a wrong setting, an invalid file, or absent or damaged data.
/// Carries one line for each error: what, where, and what would be right. Lines are UTF-8
/// without control characters; other bytes are replaced. Exit code 2.
class InvalidInput : public std::runtime_error {
 public:
  explicit InvalidInput(const std::string& line) : InvalidInput(std::vector{line}) {}
  explicit InvalidInput(const std::vector<std::string>& lines);

  const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

/// Reading or writing failed for a reason outside the user's files: no space, no permission.
/// Exit code 1.
class IoError : public std::runtime_error {
 public:
  explicit IoError(const std::string& line) : std::runtime_error(visible_text(line)) {}
};

/// The lines that tell a person of an error: those of an InvalidInput, otherwise the first line
/// without LibTorch's stack trace, and plain words if memory ran out.
std::vector<std::string> lines_of(const std::exception& error);

}  // namespace reslab
