#pragma once

#include <string>

namespace reslab::app {

/// An SVG text at (x, y) in pixels, escaped. `kind`: its class in the style sheet.
std::string svg_text(double x, double y, const std::string& kind, const std::string& text);

/// A line that ends in an arrow tip. `way`: the commands of an SVG path.
std::string svg_arrow(const std::string& way, bool dashed = false);

/// A standalone SVG of this size in pixels, on white. `style`: CSS rules beside those of all texts
/// and paths.
std::string svg_document(double width, double height, const std::string& title,
                         const std::string& style, const std::string& content);

}  // namespace reslab::app
