# Runs at every build. Writes a source file with the version and the commit if either has changed.
execute_process(COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=12 --exclude=*
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
set(text "// The version in LibTorch's headers, e.g. 2.13.0. Debian's LibTorch 1.13.1 has 1.13.0 there.
#include <torch/version.h>
#define RESLAB_TEXT(x) #x
#define RESLAB_VERSION(major, minor, patch) RESLAB_TEXT(major) \".\" RESLAB_TEXT(minor) \".\" RESLAB_TEXT(patch)
namespace reslab::app {
extern const char* const kVersion = \"${VERSION}\";
extern const char* const kSource = \"${commit}\";
extern const char* const kTorchVersion =
    RESLAB_VERSION(TORCH_VERSION_MAJOR, TORCH_VERSION_MINOR, TORCH_VERSION_PATCH);
}
")
set(old "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} old)
endif()
if(NOT old STREQUAL text)
  file(WRITE ${OUTPUT} "${text}")
endif()
