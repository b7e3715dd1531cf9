#include "app/report/svg.h"

#include <fmt/format.h>

#include "app/report/markup.h"

namespace reslab::app {

std::string svg_text(double x, double y, const std::string& kind, const std::string& text) {
  return fmt::format(R"svg(<text x="{}" y="{}" class="{}">{}</text>)svg"
                     "\n",
                     x, y, kind, escape_markup(text));
}

std::string svg_arrow(const std::string& way, bool dashed) {
  return fmt::format(R"svg(<path d="{}"{} marker-end="url(#tip)"/>)svg"
                     "\n",
                     way, dashed ? R"( stroke-dasharray="4 3")" : "");
}

std::string svg_document(double width, double height, const std::string& title,
                         const std::string& style, const std::string& content) {
  return fmt::format(
      R"svg(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img">
<title>{2}</title>
<style>
text{{font-family:Helvetica,Arial,sans-serif;font-size:12px;fill:#222}}
path{{stroke:#444;stroke-width:1;fill:none}}
{3}</style>
<defs><marker id="tip" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0L6 3L0 6z" style="fill:#444;stroke:none"/></marker></defs>
<rect width="100%" height="100%" style="fill:#fff;stroke:none"/>
{4}</svg>
)svg",
      width, height, escape_markup(title), style, content);
}

}  // namespace reslab::app
