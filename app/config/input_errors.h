#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace reslab::app {

/// The start of a message about the value at a JSON pointer: "FILE: /pointer".
using Places = std::function<std::string(std::string_view pointer)>;

/// Collects the errors in a file, one line each, so that the user sees all of them at once.
class InputErrors {
 public:
  /// Adds the line "PLACE: WHAT" unless it is there already.
  void add(const std::string& place, const std::string& what);

  /// Adds the lines that are not there yet.
  void add_lines(const std::vector<std::string>& lines);

  /// Calls `work` and adds the lines of the InvalidInput that it throws.
  void gather(const std::function<void()>& work);

  const std::vector<std::string>& lines() const { return lines_; }
  bool empty() const { return lines_.empty(); }

  /// Throws InvalidInput if there are errors.
  void raise() const;

 private:
  void add_line(std::string line);

  std::vector<std::string> lines_;
  std::set<std::string> known_;  // the lines again, to find repetitions
};

}  // namespace reslab::app
