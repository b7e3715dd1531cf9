#include "reslab/base/optional_libraries.h"

namespace reslab {
namespace {

// The build defines a macro for each library that it found.
constexpr bool kJpeg =
#ifdef RESLAB_HAS_LIBJPEG
    true;
#else
    false;
#endif
constexpr bool kPng =
#ifdef RESLAB_HAS_SPNG
    true;
#else
    false;
#endif
constexpr bool kWebp =
#ifdef RESLAB_HAS_LIBWEBPDEMUX
    true;
#else
    false;
#endif
constexpr bool kGif =
#ifdef RESLAB_HAS_LIBGIF
    true;
#else
    false;
#endif
constexpr bool kTiff =
#ifdef RESLAB_HAS_LIBTIFF_4
    true;
#else
    false;
#endif
constexpr bool kZip =
#ifdef RESLAB_HAS_LIBZIP
    true;
#else
    false;
#endif

}  // namespace

std::vector<OptionalLibrary> optional_libraries() {
  return {{"libjpeg", "JPEG", kJpeg}, {"spng", "PNG", kPng},
          {"libwebp", "WebP", kWebp}, {"giflib", "GIF", kGif},
          {"libtiff", "TIFF", kTiff}, {"libzip", "Python checkpoints", kZip}};
}

}  // namespace reslab
