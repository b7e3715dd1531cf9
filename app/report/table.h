#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace reslab::app {

/// Pads a text with spaces to `width` terminal columns, on its left or on its right.
std::string padded(const std::string& text, std::size_t width, bool on_left);

/// The width of each column in terminal columns. All lines have the same number of cells.
std::vector<std::size_t> column_widths(const std::vector<std::vector<std::string>>& lines);

/// A table of texts, independent of the output format. An empty cell becomes "–".
class Table {
 public:
  /// `spread`: cells such as "6.61 ± 0.16" or "6.61", right-aligned before the "±".
  enum class Align { left, right, spread };

  /// Adds a column on the right. `cells`: one for each row; none if there are no rows yet.
  void add_column(std::string heading, Align align, const std::vector<std::string>& cells = {});
  void add_columns(Align align, const std::vector<std::string>& headings);

  /// Adds a row with one cell for each column.
  void add_row(std::vector<std::string> cells);

  const std::vector<std::string>& headings() const { return headings_; }
  const std::vector<Align>& aligns() const { return aligns_; }
  const std::vector<std::vector<std::string>>& rows() const { return rows_; }

  /// The rows for a monospaced font: `spread` cells are padded on the right so that right
  /// alignment aligns their means.
  std::vector<std::vector<std::string>> aligned_rows() const;

  /// The table for a terminal: headings, a rule, rows. Lines end in "\n" without trailing spaces. A
  /// table wider than `columns` breaks its headings and left-aligned cells between words; if that
  /// is not enough, it continues below with its first column repeated.
  std::string text(std::size_t columns = std::numeric_limits<std::size_t>::max()) const;

 private:
  std::vector<std::string> headings_;
  std::vector<Align> aligns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace reslab::app
