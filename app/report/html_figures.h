#pragma once

#include <string>
#include <vector>

#include "app/config/json.h"
#include "app/report/figure.h"

namespace reslab::app {

/// The elements of the figures in report.html (figure-0, figure-1, …), with headings and captions.
std::string html_figures(const std::vector<Figure>& figures);

/// The lines and axes of a figure for report.js. Values are rounded to six digits.
Json figure_data(const Figure& figure);

}  // namespace reslab::app
