#include "app/report/diagram.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "app/report/svg.h"

namespace reslab::app {
namespace {

// Lengths in pixels.
constexpr double kMargin = 24;
constexpr double kSizes = 84;  // width of the column of output sizes
constexpr double kBox = 150;
constexpr double kGap = 90;  // between two columns; the shortcuts need half of it
constexpr double kBoxHeight = 20;
constexpr double kRow = 33;      // from box to box
constexpr double kSection = 12;  // additional space above each output size
constexpr double kHead = 56;

// Fills of the output sizes, light enough for black text.
constexpr std::array<const char*, 8> kFills = {"#e8e8e8", "#e3d7ef", "#d5e8d4", "#f8dcd0",
                                               "#d4e4f4", "#f6ecc4", "#cfe9e6", "#f3d3e3"};

/// The vertical layout: which sizes follow each other, and where each begins.
class Layout {
 public:
  explicit Layout(const std::vector<DiagramColumn>& columns) {
    std::map<std::int64_t, std::size_t, std::greater<>> rows;  // by size: the most of any column
    for (const auto& column : columns) {
      std::map<std::int64_t, std::size_t> own;
      for (const auto& box : column.boxes)
        rows[box.size] = std::max(rows[box.size], ++own[box.size]);
    }
    for (const auto& [size, count] : rows) {
      bottom_ += kSection;
      begin_[size] = bottom_;
      bottom_ += static_cast<double>(count) * kRow;
    }
  }

  /// The top of the `number`th box, from 0, of those with this output size.
  double top(std::int64_t size, std::size_t number) const {
    return begin_.at(size) + static_cast<double>(number) * kRow;
  }
  const char* fill(std::int64_t size) const {
    const auto section = std::distance(begin_.begin(), begin_.find(size));
    return kFills.at(static_cast<std::size_t>(section) % kFills.size());
  }
  const std::map<std::int64_t, double, std::greater<>>& begins() const { return begin_; }
  double height() const { return bottom_ + kMargin; }

 private:
  std::map<std::int64_t, double, std::greater<>> begin_;
  double bottom_ = kHead;
};

std::string draw_shortcut(const DiagramShortcut& shortcut, double x, double from, double to) {
  const auto bend = std::min(kGap * 0.55, 18 + (to - from) * 0.25);
  auto svg = svg_arrow(
      fmt::format("M{0} {1}H{2}C{3} {1} {3} {4} {2} {4}H{0}", x - kBox / 2, from, x, x + bend, to),
      shortcut.changes_shape);
  if (shortcut.gated) svg += svg_text(x + bend * 0.75 + 4, (from + to) / 2 + 4, "gate", "T");
  return svg;
}

std::string draw_column(const DiagramColumn& column, const Layout& layout, double left) {
  const auto middle = left + kBox / 2;
  std::string lines;
  std::string boxes = svg_text(middle, kMargin, "title", column.title) +
                      svg_text(middle, kMargin + 16, "caption", column.caption);
  std::map<std::int64_t, std::size_t> used;
  std::vector<double> tops;
  for (const auto& box : column.boxes) {
    const auto top = layout.top(box.size, used[box.size]++);
    if (!tops.empty())
      lines += svg_arrow(fmt::format("M{} {}V{}", middle, tops.back() + kBoxHeight, top - 2));
    tops.push_back(top);
    boxes += fmt::format(R"(<rect x="{}" y="{}" width="{}" height="{}" rx="3" fill="{}"/>)"
                         "\n",
                         left, top, kBox, kBoxHeight, layout.fill(box.size));
    boxes += svg_text(middle, top + kBoxHeight * 0.7, "box", box.text);
  }
  // A shortcut leaves below the end of the one before.
  constexpr double kAbove = 4.5;
  constexpr double kBelow = 4;
  for (const auto& shortcut : column.shortcuts)
    lines += draw_shortcut(shortcut, left + kBox, tops[shortcut.first] - kAbove,
                           tops[shortcut.last] + kBoxHeight + kBelow);
  return lines + boxes;
}

}  // namespace

std::string draw_diagram(const std::vector<DiagramColumn>& columns) {
  const Layout layout(columns);
  const auto left = [](std::size_t i) {
    return kMargin + kSizes + static_cast<double>(i) * (kBox + kGap);
  };
  const auto width = left(columns.size());
  std::string svg;
  for (const auto& [size, begin] : layout.begins()) {
    svg += fmt::format(R"(<path class="rule" d="M{} {}H{}"/>)"
                       "\n",
                       kMargin, begin - kSection, width - kMargin);
    svg += svg_text(kMargin, begin + kBoxHeight * 0.7, "size", fmt::format("output {}", size));
  }
  for (std::size_t i = 0; i < columns.size(); ++i) svg += draw_column(columns[i], layout, left(i));
  return svg_document(width, layout.height(),
                      columns.size() == 1 ? columns.front().title : "Networks side by side",
                      ".title{font-size:14px;font-weight:bold;text-anchor:middle}\n"
                      ".caption{font-size:10px;text-anchor:middle;fill:#555}\n"
                      ".box{font-size:11px;text-anchor:middle}\n"
                      ".size{font-size:11px;fill:#555}\n"
                      ".gate{font-style:italic}\n"
                      "rect{stroke:#555;stroke-width:.8}\n"
                      ".rule{stroke:#ddd}\n",
                      svg);
}

}  // namespace reslab::app
