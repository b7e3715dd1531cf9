# An overlay port that builds the clone that contains it: vcpkg install reslab --overlay-ports=packaging/vcpkg
set(source_path ${CURRENT_PORT_DIR}/../../..)
vcpkg_find_acquire_program(PKGCONFIG)
vcpkg_cmake_configure(SOURCE_PATH ${source_path}
  OPTIONS -DBUILD_TESTING=OFF -DCCACHE=OFF -DRESLAB_TORCH=${CURRENT_INSTALLED_DIR} -DPKG_CONFIG_EXECUTABLE=${PKGCONFIG})
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/reslab)
vcpkg_fixup_pkgconfig()
vcpkg_copy_tools(TOOL_NAMES reslab AUTO_CLEAN)
file(REMOVE_RECURSE ${CURRENT_PACKAGES_DIR}/debug/include ${CURRENT_PACKAGES_DIR}/debug/share)
vcpkg_install_copyright(FILE_LIST ${source_path}/LICENSE ${source_path}/third_party/uplot/LICENSE)
