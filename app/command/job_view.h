#pragma once

#include <cstddef>
#include <functional>
#include <iosfwd>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace reslab::app {

/// Shows what several processes print. A line that several of them print is shown once. On a
/// terminal, the line that each process rewrites, its progress, is one of the last lines.
class JobView {
 public:
  /// `rows`: height of the terminal; 0: the stream is no terminal, or one that rewrites no lines.
  JobView(std::ostream& stream, std::size_t jobs, std::function<std::size_t()> rows);

  /// Takes bytes that a process has printed.
  void receive(std::size_t job, std::string_view bytes);

  /// Shows the present lines of all processes.
  void draw();

  /// Removes the lines of a process that has ended. A line without an end is kept as if it had one.
  void end(std::size_t job);

 private:
  struct Screen {
    std::string pending;  // printed since the last line feed or carriage return
    std::string shown;    // the last whole line that will be rewritten
  };

  void keep(const std::string& line);
  void erase();

  std::ostream& stream_;
  std::function<std::size_t()> rows_;
  std::vector<Screen> screens_;
  std::set<std::string> kept_;
  std::size_t drawn_ = 0;  // number of lines below the kept ones
};

}  // namespace reslab::app
