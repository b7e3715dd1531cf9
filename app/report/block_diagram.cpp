#include "app/report/block_diagram.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/report/svg.h"

namespace reslab::app {
namespace {

// Lengths in pixels.
constexpr double kBlockMargin = 24;
constexpr double kStepWidth = 130;
constexpr double kStepHeight = 22;
constexpr double kStepRow = 36;    // from box to box
constexpr double kShortcut = 100;  // from the path to the shortcut
constexpr double kGate = 155;      // from the path to the gate
constexpr double kSideText = 90;
constexpr double kBlockGap = 40;  // between two blocks
constexpr double kCircle = 9;     // radius
constexpr double kBlockHead = 60;

std::string box(double middle, double top, double width, const std::string& what) {
  return fmt::format(R"svg(<rect x="{}" y="{}" width="{}" height="{}" rx="3"/>)svg"
                     "\n",
                     middle - width / 2, top, width, kStepHeight) +
         svg_text(middle, top + kStepHeight * 0.7, "box", what);
}

std::string circle(double x, double y, const char* sign) {
  return fmt::format(R"svg(<circle cx="{}" cy="{}" r="{}"/>)svg"
                     "\n",
                     x, y, kCircle) +
         svg_text(x, y + 4.5, "sign", sign);
}

class BlockDrawing {
 public:
  BlockDrawing(const BlockDiagram& block, double middle) : block_(block), middle_(middle) {}

  std::string svg() {
    const auto branch = kBlockHead - 6;
    svg_ += svg_text(middle_, kBlockMargin, "title", block_.title);
    svg_ += svg_text(middle_ - 12, kBlockHead - 10, "box", "x");
    y_ = kBlockHead - 16;
    for (const auto& step : block_.path) next_box(step);
    if (!block_.gate.empty() && block_.gates_transform) next_circle("×");
    const auto transform_y = y_ - kCircle;
    if (!block_.shortcut.empty()) {
      next_circle("+");
      draw_shortcut(branch, y_ - kCircle);
      if (!block_.gate.empty()) draw_gate(branch, transform_y);
    }
    for (const auto& step : block_.after) next_box(step);
    svg_ += svg_arrow(fmt::format("M{} {}V{}", middle_, y_, y_ + 24));
    return svg_;
  }

  /// The lower end, after svg().
  double bottom() const { return y_ + 24 + kBlockMargin; }

 private:
  void next_box(const std::string& what) {
    const auto top = y_ + kStepRow - kStepHeight;
    svg_ += svg_arrow(fmt::format("M{} {}V{}", middle_, y_, top - 1));
    svg_ += box(middle_, top, kStepWidth, what);
    y_ = top + kStepHeight;
  }

  void next_circle(const char* sign) {
    const auto centre = y_ + kStepRow - kCircle;
    svg_ += svg_arrow(fmt::format("M{} {}V{}", middle_, y_, centre - kCircle - 1));
    svg_ += circle(middle_, centre, sign);
    y_ = centre + kCircle;
  }

  /// The shortcut on the right, from x to the addition.
  void draw_shortcut(double branch, double addition) {
    const auto x = middle_ + kShortcut;
    const auto gate = block_.gates_transform ? addition - kStepRow : addition - kStepRow * 0.75;
    svg_ += svg_text(x + 8, (branch + addition) / 2, "side", block_.shortcut);
    if (block_.gate.empty()) {
      svg_ += svg_arrow(
          fmt::format("M{} {}H{}V{}H{}", middle_, branch, x, addition, middle_ + kCircle + 1));
      return;
    }
    svg_ += svg_arrow(fmt::format("M{} {}H{}V{}", middle_, branch, x, gate - kCircle - 1));
    svg_ += circle(x, gate, "×");
    svg_ += svg_text(x + kCircle + 6, gate + 4, "side", "1 − T(x)");
    svg_ +=
        svg_arrow(fmt::format("M{} {}V{}H{}", x, gate + kCircle, addition, middle_ + kCircle + 1));
  }

  /// The gate on the left, from x to the products.
  void draw_gate(double branch, double product) {
    const auto x = middle_ - kGate;
    const auto top = (branch + product) / 2 - kStepHeight / 2;
    svg_ += svg_arrow(fmt::format("M{} {}H{}V{}", middle_, branch, x, top - 1));
    svg_ += box(x, top, kStepWidth, block_.gate);
    if (!block_.gates_transform) return;
    svg_ += svg_arrow(
        fmt::format("M{} {}V{}H{}", x, top + kStepHeight, product, middle_ - kCircle - 1));
    svg_ += svg_text(x + 8, product - 5, "side", "T(x)");
  }

  const BlockDiagram& block_;
  double middle_;
  double y_ = 0;  // the lower end of what is drawn on the path
  std::string svg_;
};

double width_left(const BlockDiagram& block) {
  return block.gate.empty() ? kStepWidth / 2 : kGate + kStepWidth / 2;
}

double width_right(const BlockDiagram& block) {
  return block.shortcut.empty() ? kStepWidth / 2 : kShortcut + kSideText;
}

}  // namespace

std::string draw_blocks(const std::vector<BlockDiagram>& blocks) {
  std::string inner;
  double height = 0;
  double right = kBlockMargin;
  for (const auto& block : blocks) {
    const auto middle = right + width_left(block);
    BlockDrawing drawing(block, middle);
    inner += drawing.svg();
    height = std::max(height, drawing.bottom());
    right = middle + width_right(block) + kBlockGap;
  }
  return svg_document(right - kBlockGap + kBlockMargin, height, "Building blocks",
                      ".title{font-size:14px;font-weight:bold;text-anchor:middle}\n"
                      ".box{text-anchor:middle}\n"
                      ".sign{font-size:15px;text-anchor:middle}\n"
                      ".side{fill:#555}\n"
                      "rect,circle{stroke:#555;stroke-width:.8;fill:#e8eef5}\n"
                      "circle{fill:#fff}\n",
                      inner);
}

}  // namespace reslab::app
