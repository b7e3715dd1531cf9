#pragma once

namespace reslab::app {

/// `reslab compare DIR… [-o DIR] [--json]`: the table of all runs below the directories and what
/// came of their experiments' claims on stdout, the report with all figures as files. Throws
/// InvalidInput and IoError.
int compare(int argc, const char* const* argv);

}  // namespace reslab::app
