# Warnings for our own code only: LibTorch's headers come in as system headers.
option(RESLAB_WERROR "Treat warnings as errors" OFF)
add_library(reslab_warnings INTERFACE)
target_compile_options(reslab_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion $<$<BOOL:${RESLAB_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  # -Wrestrict warns about std::string's own operator+ (GCC bug 105651).
  target_compile_options(reslab_warnings INTERFACE -Wno-restrict)
endif()
