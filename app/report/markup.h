#pragma once

#include <string>
#include <string_view>

namespace reslab::app {

/// Escapes a text for HTML, SVG and XML, also inside quoted attributes. Control characters, which
/// XML does not allow, become spaces.
std::string escape_markup(std::string_view text);

/// The HTML element `<name attributes>content</name>`.
std::string element(const std::string& name, const std::string& content,
                    const std::string& attributes = "");

/// Escapes a text for one line of Markdown (CommonMark with GitHub's tables).
std::string escape_markdown(std::string_view text);

}  // namespace reslab::app
