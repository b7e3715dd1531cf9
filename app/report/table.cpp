#include "app/report/table.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "reslab/base/text.h"

namespace reslab::app {
namespace {

/// The part of a cell from the "±" on: " ± 0.16" in "6.61 ± 0.16".
std::string_view deviation_part(std::string_view cell) {
  const auto at = cell.find(" ± ");
  return at == std::string_view::npos ? std::string_view() : cell.substr(at);
}

std::string or_dash(const std::string& cell) { return cell.empty() ? "–" : cell; }

}  // namespace

std::string padded(const std::string& text, std::size_t width, bool on_left) {
  const std::string spaces(width - std::min(width, text_width(text)), ' ');
  return on_left ? spaces + text : text + spaces;
}

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

std::string Table::text() const {
  auto lines = aligned_rows();
  lines.insert(lines.begin(), headings_);
  const auto widths = column_widths(lines);
  std::vector<std::string> rules;
  for (const std::size_t width : widths) {
    rules.emplace_back();
    for (std::size_t i = 0; i < width; ++i) rules.back() += "─";
  }
  lines.insert(lines.begin() + 1, rules);
  std::string text;
  for (const auto& cells : lines) {
    for (std::size_t i = 0; i < cells.size(); ++i)
      text += (i > 0 ? "  " : "") + padded(cells[i], widths[i], aligns_[i] != Align::left);
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

}  // namespace reslab::app
