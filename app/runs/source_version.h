#pragma once

namespace reslab::app {

// Defined in a file that the build writes.
extern const char* const kVersion;
extern const char* const
    kSource;  // the commit, "-dirty" when the tree was changed; empty if unknown

}  // namespace reslab::app
