# `cpack` in a build with the system's LibTorch makes Debian packages. reslab contains the program, its shared libraries
# and the experiments. With BUILD_SHARED_LIBS, libreslab-dev contains the headers and the files for CMake and pkg-config.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_CONTACT "The ResLab authors")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)

set(CPACK_COMPONENTS_ALL program)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME reslab)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS gnuplot-nox)
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
  "Experiments with residual networks\nTrains plain, residual and highway networks that a JSON file describes.")

# Static libraries would need the development packages of all libraries that they use.
if(BUILD_SHARED_LIBS)
  list(APPEND CPACK_COMPONENTS_ALL development)
  set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libreslab-dev)
  set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
  set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "reslab (= ${PROJECT_VERSION}), libtorch-dev")
  set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
    "Library for experiments with residual networks\nHeaders, CMake package and pkg-config file.")
endif()
include(CPack)
