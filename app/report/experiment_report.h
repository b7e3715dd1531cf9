#pragma once

#include <filesystem>
#include <string>

#include "app/report/report.h"

namespace reslab::app {

/// Draws the figures and writes them, report.html and report.md into the directory, which is made
/// if need be. Returns why there are no figures, nothing where there are. Throws IoError.
std::string write_report(const std::filesystem::path& directory, Report report);

}  // namespace reslab::app
