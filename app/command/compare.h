#pragma once

namespace reslab::app {

/// `reslab compare DIR… [-o DIR] [--json]`: the table of all runs below the directories on stdout,
/// their curves into curves.svg. Throws InvalidInput and IoError.
int compare(int argc, const char* const* argv);

}  // namespace reslab::app
