#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reslab::app {

/// The columns that UTF-8 text takes on a terminal, counting one for each character.
std::size_t text_width(std::string_view text);

/// The text cut to at most `width` columns, ending in "…" where something was cut.
std::string cut_to_width(std::string_view text, std::size_t width);

/// An aligned table in plain text for a terminal: a heading, a rule, rows.
class Table {
 public:
  enum class Align { left, right };

  void add_column(std::string heading, Align align);

  /// One cell for each column; an empty one shows as "–".
  void add_row(std::vector<std::string> cells);

  /// All lines, each with its end, none with blanks before it.
  std::string text() const;

 private:
  std::string line(const std::vector<std::string>& cells) const;

  std::vector<std::string> headings_;
  std::vector<Align> aligns_;
  std::vector<std::size_t> widths_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace reslab::app
