#pragma once

#include <string>

#include "app/report/report.h"

namespace reslab::app {

/// The report for a terminal: title, table, seeds that have not finished, expectations.
std::string terminal_report(const Report& report);

/// The whole report as Markdown that is also readable as plain text; figures are links to the files
/// beside it.
std::string markdown_report(const Report& report);

/// The whole report as one HTML file that needs no other: the figures are inside and react to the
/// pointer.
std::string html_report(const Report& report);

}  // namespace reslab::app
