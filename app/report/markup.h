#pragma once

#include <string>
#include <string_view>

namespace reslab::app {

/// A text as HTML, SVG and XML are to show it, also inside of a quoted attribute. Control
/// characters, which XML does not have, become blanks.
std::string escape_markup(std::string_view text);

/// A text as Markdown (CommonMark, with GitHub's tables) is to show it, on one line.
std::string escape_markdown(std::string_view text);

}  // namespace reslab::app
