# Writes reslab.pc for pkg-config. LibTorch has no such file, so reslab.pc contains the options for LibTorch, too. If
# LibTorch was moved, users give the new folder: pkg-config --define-variable=torch=DIR.
file(RELATIVE_PATH pc_to_prefix ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" pc_to_prefix ${pc_to_prefix})
list(JOIN package_libraries " " pc_requires)

set(folders ${TORCH_INCLUDE_DIRS})
list(REMOVE_ITEM folders ${CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES})  # -isystem would change their order
list(TRANSFORM folders PREPEND "-isystem ")
get_target_property(definitions torch INTERFACE_COMPILE_OPTIONS)  # the ABI of the standard library
list(FILTER definitions INCLUDE REGEX "^-D")
string(JOIN " " pc_cflags ${folders} ${definitions})

# These libraries are linked even if no symbol is used, because torch_cuda registers itself when it is loaded.
set(libraries "")
foreach(library torch torch_cpu torch_cuda c10 c10_cuda)
  if(EXISTS ${torch_library_dir}/lib${library}.so)
    list(APPEND libraries -l${library})
  endif()
endforeach()
set(torch_folder "")
if(NOT torch_library_dir IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
  set(torch_folder "-Wl,-rpath,${torch_library_dir}" "-L${torch_library_dir}")
endif()
string(JOIN " " pc_libs "-L\${libdir}" ${torch_folder} -lreslab -lreslab_kernels -lreslab_base
  -Wl,--no-as-needed -lstdc++ ${libraries} -Wl,--as-needed)

foreach(variable pc_cflags pc_libs)
  string(REPLACE "${torch_prefix}/" "\${torch}/" ${variable} "${${variable}}")
endforeach()
configure_file(${PROJECT_SOURCE_DIR}/cmake/reslab.pc.in ${CMAKE_CURRENT_BINARY_DIR}/reslab.pc @ONLY)
