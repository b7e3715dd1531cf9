#include "reslab/base/optional_libraries.h"

namespace reslab {

// The build defines a macro for each library: 1 if it was found, otherwise 0.
std::vector<OptionalLibrary> optional_libraries() {
  return {{"libjpeg", "JPEG", RESLAB_HAS_LIBJPEG != 0},
          {"spng", "PNG", RESLAB_HAS_SPNG != 0},
          {"libwebp", "WebP", RESLAB_HAS_LIBWEBPDEMUX != 0},
          {"giflib", "GIF", RESLAB_HAS_LIBGIF != 0},
          {"libtiff", "TIFF", RESLAB_HAS_LIBTIFF_4 != 0},
          {"libzip", "Python checkpoints", RESLAB_HAS_LIBZIP != 0}};
}

}  // namespace reslab
