#pragma once

namespace reslab::app {

// The build writes the source file that defines these constants.
extern const char* const kVersion;
extern const char* const
    kSource;  // the commit, "-dirty" when the tree was changed; empty if unknown

}  // namespace reslab::app
