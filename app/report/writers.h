#pragma once

#include <filesystem>
#include <string>

#include "app/report/report.h"

namespace reslab::app {

/// A short report for a terminal: title, results, unfinished seeds, expectations.
std::string terminal_report(const Report& report);

/// The whole report as Markdown, which also reads well as plain text. Links to the figures' files.
std::string markdown_report(const Report& report);

/// The whole report as one HTML file, including the interactive figures.
std::string html_report(const Report& report);

/// Draws the figures and writes them, report.html and report.md into the directory, which it
/// creates if needed. Returns why the figures could not be drawn; empty if they could. Throws
/// IoError if a file cannot be written.
std::string write_report(const std::filesystem::path& directory, Report report);

}  // namespace reslab::app
