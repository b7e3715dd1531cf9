#include "app/report/table.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "reslab/base/text.h"

namespace reslab::app {

std::string padded(const std::string& text, std::size_t width, bool on_left) {
  const std::string spaces(width - std::min(width, text_width(text)), ' ');
  return on_left ? spaces + text : text + spaces;
}

namespace {

/// The part of a cell from the "±" on: " ± 0.16" in "6.61 ± 0.16".
std::string_view deviation_part(std::string_view cell) {
  const auto at = cell.find(" ± ");
  return at == std::string_view::npos ? std::string_view() : cell.substr(at);
}

std::string or_dash(const std::string& cell) { return cell.empty() ? "–" : cell; }

constexpr std::size_t kGap = 2;  // between columns

std::string without_trailing_spaces(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::string without_outer_spaces(std::string text) {
  text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
  return without_trailing_spaces(std::move(text));
}

/// Splits a text where a line may break: after the commas of a list, otherwise after spaces.
std::vector<std::string> pieces_of(const std::string& text) {
  const bool is_list = text.find(',') != std::string::npos;
  const std::string_view ends = is_list ? ",:/" : " :/";
  std::vector<std::string> pieces(1);
  for (const char letter : text) {
    pieces.back() += letter;
    if (ends.find(letter) != std::string_view::npos) pieces.emplace_back();
  }
  return pieces;
}

/// Breaks the text into lines of at most `width` columns. A longer piece gets its own line.
std::vector<std::string> broken(const std::string& text, std::size_t width) {
  if (text_width(text) <= width) return {text};
  std::vector<std::string> lines(1);
  for (const auto& piece : pieces_of(text)) {
    const auto longer = lines.back() + piece;
    if (lines.back().empty() || text_width(without_trailing_spaces(longer)) <= width)
      lines.back() = longer;
    else
      lines.push_back(without_outer_spaces(piece));
  }
  for (auto& line : lines) line = without_outer_spaces(std::move(line));
  return lines;
}

std::size_t widest_piece(const std::string& text) {
  std::size_t widest = 0;
  for (const auto& piece : pieces_of(text))
    widest = std::max(widest, text_width(without_outer_spaces(piece)));
  return widest;
}

/// A column of a table on a terminal.
struct LayoutColumn {
  std::string heading;
  std::vector<std::string> cells;
  bool left;  // left-aligned; its cells may be broken
  std::size_t width;

  std::size_t widest_cell() const {
    std::size_t widest = 0;
    for (const auto& cell : cells) widest = std::max(widest, text_width(cell));
    return widest;
  }
  std::size_t least_width() const {
    constexpr std::size_t kNarrow = 12;  // narrower cells are hard to read
    auto least = std::max(widest_piece(heading), left ? std::min(width, kNarrow) : 0);
    for (const auto& cell : cells)
      least = std::max(least, left ? widest_piece(cell) : text_width(cell));
    return least;
  }
};

std::size_t total_width(const std::vector<LayoutColumn>& columns) {
  std::size_t total = 0;
  for (const auto& column : columns) total += column.width + (total > 0 ? kGap : 0);
  return total;
}

/// Narrows the columns until the table fits or no cell can be broken further. Breaks the headings
/// first, then the widest column whose cells can be broken.
void shrink(std::vector<LayoutColumn>& all, std::size_t columns) {
  for (auto& column : all)
    column.width = std::max(widest_piece(column.heading), column.widest_cell());
  while (total_width(all) > columns) {
    LayoutColumn* widest = nullptr;
    for (auto& column : all)
      if (column.width > column.least_width() &&
          (widest == nullptr || column.width > widest->width))
        widest = &column;
    if (widest == nullptr) return;
    --widest->width;
  }
}

/// Adds the lines of one row. With `at_bottom`, short cells are in the last of these lines.
void add_lines(const std::vector<LayoutColumn>& columns, const std::vector<std::string>& cells,
               bool at_bottom, std::string& text) {
  std::vector<std::vector<std::string>> lines;
  std::size_t height = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    lines.push_back(broken(cells[i], columns[i].width));
    height = std::max(height, lines.back().size());
  }
  for (auto& cell : lines)
    cell.insert(at_bottom ? cell.begin() : cell.end(), height - cell.size(), "");
  for (std::size_t row = 0; row < height; ++row) {
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i)
      line += (i > 0 ? std::string(kGap, ' ') : "") +
              padded(lines[i][row], columns[i].width, !columns[i].left);
    text += without_trailing_spaces(std::move(line)) + "\n";
  }
}

std::string block_text(const std::vector<LayoutColumn>& columns) {
  std::vector<std::string> headings, rules;
  for (const auto& column : columns) {
    headings.push_back(column.heading);
    rules.emplace_back();
    for (std::size_t i = 0; i < column.width; ++i) rules.back() += "─";
  }
  std::string text;
  add_lines(columns, headings, true, text);
  add_lines(columns, rules, true, text);
  for (std::size_t row = 0; !columns.empty() && row < columns.front().cells.size(); ++row) {
    std::vector<std::string> cells;
    for (const auto& column : columns) cells.push_back(column.cells[row]);
    add_lines(columns, cells, false, text);
  }
  return text;
}

}  // namespace

std::vector<std::size_t> column_widths(const std::vector<std::vector<std::string>>& lines) {
  std::vector<std::size_t> widths;
  for (const auto& line : lines) {
    widths.resize(line.size());
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], text_width(line[i]));
  }
  return widths;
}

void Table::add_column(std::string heading, Align align, const std::vector<std::string>& cells) {
  headings_.push_back(std::move(heading));
  aligns_.push_back(align);
  rows_.resize(std::max(rows_.size(), cells.size()));
  for (std::size_t i = 0; i < cells.size(); ++i) rows_[i].push_back(or_dash(cells[i]));
}

void Table::add_columns(Align align, const std::vector<std::string>& headings) {
  for (const auto& heading : headings) add_column(heading, align);
}

void Table::add_row(std::vector<std::string> cells) {
  for (auto& cell : cells) cell = or_dash(cell);
  rows_.push_back(std::move(cells));
}

std::vector<std::vector<std::string>> Table::aligned_rows() const {
  auto rows = rows_;
  for (std::size_t column = 0; column < aligns_.size(); ++column) {
    if (aligns_[column] != Align::spread) continue;
    std::size_t widest = 0;
    for (const auto& row : rows) widest = std::max(widest, text_width(deviation_part(row[column])));
    for (auto& row : rows)
      row[column] += std::string(widest - text_width(deviation_part(row[column])), ' ');
  }
  return rows;
}

std::string Table::text(std::size_t columns) const {
  std::vector<LayoutColumn> all;
  const auto rows = aligned_rows();
  for (std::size_t i = 0; i < headings_.size(); ++i) {
    LayoutColumn column{headings_[i], {}, aligns_[i] == Align::left, 0};
    for (const auto& row : rows) column.cells.push_back(row[i]);
    column.width = std::max(text_width(column.heading), column.widest_cell());
    all.push_back(std::move(column));
  }
  if (total_width(all) > columns) shrink(all, columns);
  if (total_width(all) <= columns || all.size() < 2) return block_text(all);
  std::string text;
  for (std::size_t next = 1; next < all.size();) {
    std::vector<LayoutColumn> block = {all.front(), all[next++]};
    while (next < all.size() && total_width(block) + kGap + all[next].width <= columns)
      block.push_back(all[next++]);
    text += (text.empty() ? "" : "\n") + block_text(block);
  }
  return text;
}

}  // namespace reslab::app
