# Finds one LibTorch and makes sure that its headers and its libraries are the same installation.
#
# RESLAB_TORCH is the folder of the installation (…/site-packages/torch, an unpacked libtorch, or
# /usr for the system's package). If it is empty, Torch_DIR is used, otherwise the choice of
# scripts/setup, otherwise the installation that CMake finds.
#
# If the system has a second LibTorch, LibTorch's CMake files combine the headers of the named installation
# with the libraries of the other. Such a program aborts when it starts. Torch_ROOT and Caffe2_ROOT keep
# every search inside the named folder. The checks below verify the result.

set(RESLAB_TORCH "" CACHE PATH "Folder of the LibTorch installation to build with")
if(NOT Torch_DIR AND NOT RESLAB_TORCH)
  set(Torch_DIR "$ENV{Torch_DIR}")
endif()
if(Torch_DIR)
  string(REGEX REPLACE "/(share|lib|lib/[^/]+)/cmake/Torch/?$" "" torch_root "${Torch_DIR}")
  set_property(CACHE RESLAB_TORCH PROPERTY VALUE "${torch_root}")
endif()

set(torch_root "${RESLAB_TORCH}")
set(torch_choice ${PROJECT_SOURCE_DIR}/.venv/libtorch)  # written by scripts/setup
if(NOT torch_root AND EXISTS ${torch_choice})
  file(STRINGS ${torch_choice} torch_root LIMIT_COUNT 1)
endif()

# Removes the paths of an earlier choice from the cache, so that neither this configuration nor the next uses them.
function(forget_torch)
  foreach(variable Torch_DIR Caffe2_DIR TORCH_LIBRARY c10_LIBRARY kineto_LIBRARY)
    unset(${variable} CACHE)
  endforeach()
endfunction()

forget_torch()
unset(Torch_DIR)
if(torch_root AND NOT IS_DIRECTORY "${torch_root}")
  message(FATAL_ERROR "No LibTorch in ${torch_root}: there is no such folder")
endif()
if(torch_root)
  set(Torch_ROOT ${torch_root})
  set(Caffe2_ROOT ${torch_root})
endif()
# The package of a CUDA build requires a whole CUDA toolkit unless this target exists. ResLab compiles nothing
# for a GPU, and LibTorch's libraries find CUDA's libraries themselves.
if(NOT TARGET torch::cudart)
  add_library(torch::cudart INTERFACE IMPORTED)
endif()
set(CMAKE_MESSAGE_LOG_LEVEL ERROR)  # hides the warning that CPU builds have no kineto
find_package(Torch REQUIRED)
unset(CMAKE_MESSAGE_LOG_LEVEL)
# PyTorch's wheels export a copy of std::filesystem. In libtorch.so of CUDA builds it is incomplete: remove_all()
# crashes. The system's libstdc++ comes first, so that programs take its functions.
set_property(TARGET torch APPEND PROPERTY
  INTERFACE_LINK_OPTIONS "SHELL:-Wl,--push-state,--no-as-needed -lstdc++ -Wl,--pop-state")
set(torch_parts ${TORCH_INCLUDE_DIRS} ${TORCH_LIBRARY} ${c10_LIBRARY})
forget_torch()

get_target_property(torch_configurations torch_cpu IMPORTED_CONFIGURATIONS)
list(GET torch_configurations 0 torch_configuration)
get_target_property(torch_library torch_cpu IMPORTED_LOCATION_${torch_configuration})

# All parts must lie below one root. Symbolic links in the paths are resolved, because a .venv may contain some.
file(REAL_PATH "${TORCH_INSTALL_PREFIX}" torch_prefix)
foreach(part ${torch_parts} ${torch_library})
  get_filename_component(folder "${part}" DIRECTORY)
  file(REAL_PATH "${folder}" folder)
  string(FIND "${folder}/" "${torch_prefix}/" position)
  if(NOT position EQUAL 0)
    message(FATAL_ERROR "Two installations of LibTorch are mixed: ${TORCH_INSTALL_PREFIX} "
      "and ${part}. Give the folder of one of them: -DRESLAB_TORCH=${TORCH_INSTALL_PREFIX}")
  endif()
endforeach()
if(torch_root)
  file(REAL_PATH "${torch_root}" torch_asked)
  if(NOT torch_asked STREQUAL torch_prefix)
    message(FATAL_ERROR "No LibTorch in ${torch_root}: CMake found ${TORCH_INSTALL_PREFIX}")
  endif()
endif()

# Compares major and minor version only, because the headers of Debian's 1.13.1 say 1.13.0.
set(torch_probe ${PROJECT_BINARY_DIR}/CMakeFiles/torch_version.cpp)
file(WRITE ${torch_probe} "#include <torch/version.h>\n"
  "TORCH_VERSION_MAJOR.TORCH_VERSION_MINOR.TORCH_VERSION_PATCH\n")
list(TRANSFORM TORCH_INCLUDE_DIRS PREPEND -I OUTPUT_VARIABLE torch_include_flags)
execute_process(COMMAND ${CMAKE_CXX_COMPILER} ${torch_include_flags} -E -P ${torch_probe}
  OUTPUT_VARIABLE torch_header_version RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE)
string(REPLACE " " "" torch_header_version "${torch_header_version}")
string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+$" torch_header_version "${torch_header_version}")
string(REGEX MATCH "^[0-9]+\\.[0-9]+" torch_header_series "${torch_header_version}")
string(REGEX MATCH "^[0-9]+\\.[0-9]+" torch_package_series "${Torch_VERSION}")
if(failed OR NOT torch_header_series)
  message(FATAL_ERROR "LibTorch's headers were not found in ${TORCH_INCLUDE_DIRS}")
endif()
if(torch_package_series AND NOT torch_package_series VERSION_EQUAL torch_header_series)
  message(FATAL_ERROR "LibTorch's headers in ${TORCH_INCLUDE_DIRS} are ${torch_header_version}, its "
    "package is ${Torch_VERSION}: give the folder of a whole installation, -DRESLAB_TORCH=DIR")
endif()
if(torch_header_version VERSION_LESS 1.13)
  message(FATAL_ERROR "LibTorch ${torch_header_version} is too old: 1.13 or newer is needed")
endif()
message(STATUS "LibTorch ${torch_header_version}: headers in ${TORCH_INSTALL_PREFIX}/include, "
  "library ${torch_library}")
