#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace reslab::app {

/// The text with blanks up to `width` columns, before it or after it.
std::string padded(const std::string& text, std::size_t width, bool blanks_before);

/// The width of each column of the lines, all of as many cells.
std::vector<std::size_t> column_widths(const std::vector<std::vector<std::string>>& lines);

/// A table of texts, for any writer.
class Table {
 public:
  /// `spread`: cells as "6.61 ± 0.16", some without the second part; the first parts end below each
  /// other.
  enum class Align { left, right, spread };

  void add_column(std::string heading, Align align);

  /// One cell for each column; an empty one shows as "–".
  void add_row(std::vector<std::string> cells);

  const std::vector<std::string>& headings() const { return headings_; }
  const std::vector<Align>& aligns() const { return aligns_; }
  const std::vector<std::vector<std::string>>& rows() const { return rows_; }

  /// The rows for type of one width: blanks at the end of spread cells align what is before "±".
  std::vector<std::vector<std::string>> aligned_rows() const;

  /// For a terminal: the headings, a rule, the rows, aligned; each line with its end, none with
  /// blanks before it.
  std::string text() const;

 private:
  std::vector<std::string> headings_;
  std::vector<Align> aligns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace reslab::app
