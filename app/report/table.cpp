#include "app/report/table.h"

#include <algorithm>
#include <utility>

namespace reslab::app {
namespace {

bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

}  // namespace

std::size_t text_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

std::string cut_to_width(std::string_view text, std::size_t width) {
  if (text_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::size_t end = 0;
  for (std::size_t characters = 0; end < text.size(); ++end)
    if (starts_character(text[end]) && ++characters == width) break;
  return std::string(text.substr(0, end)) + "…";
}

void Table::add_column(std::string heading, Align align) {
  widths_.push_back(text_width(heading));
  headings_.push_back(std::move(heading));
  aligns_.push_back(align);
}

void Table::add_row(std::vector<std::string> cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].empty()) cells[i] = "–";
    widths_[i] = std::max(widths_[i], text_width(cells[i]));
  }
  rows_.push_back(std::move(cells));
}

std::string Table::line(const std::vector<std::string>& cells) const {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string padding(widths_[i] - text_width(cells[i]), ' ');
    if (i > 0) line += "  ";
    line += aligns_[i] == Align::left ? cells[i] + padding : padding + cells[i];
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string Table::text() const {
  std::vector<std::string> rules;
  for (const std::size_t width : widths_) {
    rules.emplace_back();
    for (std::size_t i = 0; i < width; ++i) rules.back() += "─";
  }
  std::string text = line(headings_) + line(rules);
  for (const auto& row : rows_) text += line(row);
  return text;
}

}  // namespace reslab::app
