#pragma once

#include <string>
#include <vector>

namespace reslab::app {

/// The subjects that `reslab list` has a page about.
std::vector<std::string> list_topics();

/// The page about a subject or about a setting of this name, in lines of at most 80 columns.
/// Without a name: the subjects. Throws InvalidInput for an unknown name.
std::string list_page(const std::string& name);

}  // namespace reslab::app
