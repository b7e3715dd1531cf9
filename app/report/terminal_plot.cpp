#include "app/report/terminal_plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "app/runs/terminal.h"

namespace reslab::app {
namespace {

constexpr std::size_t kLabels = 8;  // columns left of the axis
constexpr int kDotsAcross = 2;      // in a character
constexpr int kDotsDown = 4;
constexpr double kMostDots = 10'000;  // from the corner; products in draw_line() then fit an int
constexpr char32_t kEmptyBraille = 0x2800;
// Bits of the dots in a braille character, by column and row.
constexpr std::array<std::array<std::uint8_t, kDotsDown>, kDotsAcross> kDotBits = {
    {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}};
constexpr std::array kAnsiColours = {34, 31, 32, 35, 33, 36};  // ANSI foreground colours

std::string utf8(char32_t code) {  // of three bytes: U+0800 to U+FFFF
  return {static_cast<char>(0xE0 | (code >> 12)), static_cast<char>(0x80 | ((code >> 6) & 0x3F)),
          static_cast<char>(0x80 | (code & 0x3F))};
}

char letter_of(std::size_t group) { return static_cast<char>('a' + group % 26); }

struct Dot {
  int x;  // from the left
  int y;  // from the top
};

/// Characters with dots, colours and letters.
class Canvas {
 public:
  Canvas(std::size_t columns, std::size_t rows, bool colour)
      : columns_(columns), colour_(colour), cells_(columns * rows) {}

  void draw_line(Dot from, Dot to, std::size_t group) {
    const int steps = std::max({std::abs(to.x - from.x), std::abs(to.y - from.y), 1});
    for (int i = 0; i <= steps; ++i)
      set({from.x + (to.x - from.x) * i / steps, from.y + (to.y - from.y) * i / steps}, group);
  }

  void write_letter(Dot dot, std::size_t group) {
    if (auto* cell = cell_at(dot)) *cell = {0, letter_of(group), group};
  }

  std::string row(std::size_t number) const {
    std::string text;
    for (std::size_t column = 0; column < columns_; ++column)
      text += text_of(cells_[number * columns_ + column]);
    return text;
  }

  std::string coloured(const std::string& text, std::size_t group) const {
    if (!colour_) return text;
    return fmt::format("\033[{}m{}\033[0m", kAnsiColours.at(group % kAnsiColours.size()), text);
  }

 private:
  struct Cell {
    std::uint8_t dots = 0;
    char letter = 0;
    std::size_t group = 0;
  };

  void set(Dot dot, std::size_t group) {
    auto* cell = cell_at(dot);
    if (cell == nullptr || cell->letter != 0) return;
    cell->dots |= kDotBits[static_cast<std::size_t>(dot.x % kDotsAcross)]
                          [static_cast<std::size_t>(dot.y % kDotsDown)];
    cell->group = group;
  }

  Cell* cell_at(Dot dot) {
    if (dot.x < 0 || dot.y < 0) return nullptr;
    const auto column = static_cast<std::size_t>(dot.x / kDotsAcross);
    const auto index = static_cast<std::size_t>(dot.y / kDotsDown) * columns_ + column;
    return column < columns_ && index < cells_.size() ? &cells_[index] : nullptr;
  }

  std::string text_of(const Cell& cell) const {
    if (cell.letter != 0) return coloured(std::string(1, cell.letter), cell.group);
    return cell.dots == 0 ? " " : coloured(utf8(kEmptyBraille + cell.dots), cell.group);
  }

  std::size_t columns_;
  bool colour_;
  std::vector<Cell> cells_;
};

/// The vertical axis: linear from 0, or logarithmic over the values of the figure.
class Axis {
 public:
  explicit Axis(const Figure& figure) : log_(figure.log_y) {
    double least = 0;
    double most = 0;
    for (const auto& group : figure.groups)
      for (const auto& line : group.lines)
        for (const auto& point : line.points) {
          if (!can_be_drawn(point)) continue;
          least = least == 0 ? point.y : std::min(least, point.y);
          most = std::max(most, point.y);
        }
    if (most == 0) most = 1;
    begin_ = log_ ? std::log10(least > 0 ? least : most / 10) : 0;
    end_ = log_ ? std::log10(most) : figure.y_end.value_or(most);
    if (end_ <= begin_) end_ = begin_ + 1;
  }

  bool can_be_drawn(const FigurePoint& point) const {
    return std::isfinite(point.x) && std::isfinite(point.y) && (!log_ || point.y > 0);
  }
  /// 0 at the lower end, 1 at the upper end.
  double part(double value) const {
    return ((log_ ? std::log10(value) : value) - begin_) / (end_ - begin_);
  }
  double value(double part) const {
    const auto place = begin_ + part * (end_ - begin_);
    return log_ ? std::pow(10, place) : place;
  }

 private:
  bool log_;
  double begin_;
  double end_;
};

void draw_group(const Figure& figure, std::size_t number, const Axis& axis, std::size_t columns,
                std::size_t rows, Canvas& canvas) {
  const auto width = static_cast<double>(columns) * kDotsAcross - 1;
  const auto height = static_cast<double>(rows) * kDotsDown - 1;
  const auto dot_of = [&](const FigurePoint& point) {
    const auto x = (point.x - figure.x_begin) / std::max(figure.x_end - figure.x_begin, 1e-9);
    const auto y = 1 - axis.part(point.y);
    return Dot{static_cast<int>(std::lround(std::clamp(x * width, -kMostDots, kMostDots))),
               static_cast<int>(std::lround(std::clamp(y * height, -kMostDots, kMostDots)))};
  };
  for (const auto& line : figure.groups[number].lines) {
    const FigurePoint* before = nullptr;
    for (const auto& point : line.points) {
      if (!axis.can_be_drawn(point)) continue;
      canvas.draw_line(dot_of(before != nullptr ? *before : point), dot_of(point), number);
      before = &point;
    }
    if (before != nullptr && &line == &figure.groups[number].lines.front())
      canvas.write_letter(dot_of(*before), number);
  }
}

}  // namespace

TerminalSpace plot_space() {
  const auto terminal = terminal_of(STDOUT_FILENO);
  TerminalSpace space;
  space.colour = terminal.colour;
  if (terminal.rows > 0) {
    space.columns = terminal.columns - 1;
    space.rows = terminal.rows / 2;
  }
  return space;
}

std::string terminal_plot(const Figure& figure, const TerminalSpace& space) {
  const auto columns = std::max<std::size_t>(space.columns, 30) - kLabels - 1;
  const auto rows = std::max<std::size_t>(space.rows, 8) - 3;  // title, axis, its labels
  const Axis axis(figure);
  Canvas canvas(columns, rows, space.colour);
  for (std::size_t i = 0; i < figure.groups.size(); ++i)
    draw_group(figure, i, axis, columns, rows, canvas);

  auto text = fmt::format("{}, {}\n", figure.title, figure.y_label);
  for (std::size_t row = 0; row < rows; ++row) {
    const bool labelled = row == 0 || row == rows / 2 || row + 1 == rows;
    const auto part = 1 - static_cast<double>(row) / static_cast<double>(rows - 1);
    const auto label = labelled ? fmt::format("{:.3g}", axis.value(part)) : "";
    auto line =
        fmt::format("{:>{}} {}{}", label, kLabels - 2, labelled ? "┤" : "│", canvas.row(row));
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  std::string rule;
  for (std::size_t i = 0; i < columns; ++i) rule += "─";
  text += fmt::format("{:>{}} └{}\n", "", kLabels - 2, rule);
  const auto begin = fmt::format("{:g}", figure.x_begin / figure.x_unit);
  const auto end = fmt::format("{:g} {}", figure.x_end / figure.x_unit, figure.x_label);
  text += fmt::format("{:{}}{}{:>{}}\n", "", kLabels, begin, end,
                      columns > begin.size() ? columns - begin.size() : 0);
  for (std::size_t i = 0; i < figure.groups.size(); ++i)
    text += fmt::format("{:{}}{} {}\n", "", kLabels,
                        canvas.coloured(std::string(1, letter_of(i)), i), figure.groups[i].name);
  return text;
}

}  // namespace reslab::app
