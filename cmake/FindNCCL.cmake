# Defines the target NCCL::NCCL: NCCL and the headers of CUDA that its header includes.
#
# The libraries beside LibTorch come first, because LibTorch loads the same ones. pip installs them in site-packages/nvidia.
# A CUDA toolkit's headers come before those of pip's packages, which lack some of them. NCCL_ROOT and CUDAToolkit_ROOT
# name other folders.

file(GLOB pip_folders ${torch_prefix}/../nvidia/*)
set(toolkit ${CUDAToolkit_ROOT} ENV CUDA_HOME ENV CUDA_PATH /usr/local/cuda)

find_path(NCCL_INCLUDE_DIR nccl.h HINTS ${pip_folders} ${torch_prefix} PATH_SUFFIXES include)
find_library(NCCL_LIBRARY NAMES nccl libnccl.so.2 NAMES_PER_DIR
  HINTS ${pip_folders} ${torch_prefix} PATH_SUFFIXES lib)
find_library(NCCL_CUDA_LIBRARY NAMES cudart libcudart.so.13 libcudart.so.12 libcudart.so.11.0 NAMES_PER_DIR
  HINTS ${pip_folders} ${torch_prefix} ${toolkit} PATH_SUFFIXES lib lib64)
set(cuda_headers "")
foreach(header cuda_fp16.h crt/host_config.h nv/target)
  string(MAKE_C_IDENTIFIER NCCL_${header}_DIR variable)
  find_path(${variable} ${header} HINTS ${toolkit} ${pip_folders} PATH_SUFFIXES include include/cccl)
  list(APPEND cuda_headers ${variable})
endforeach()
mark_as_advanced(NCCL_INCLUDE_DIR NCCL_LIBRARY NCCL_CUDA_LIBRARY ${cuda_headers})

if(NCCL_INCLUDE_DIR)
  file(STRINGS ${NCCL_INCLUDE_DIR}/nccl.h NCCL_VERSION REGEX "#define NCCL_(MAJOR|MINOR|PATCH) ")
  list(TRANSFORM NCCL_VERSION REPLACE "[^0-9]" "")
  list(JOIN NCCL_VERSION . NCCL_VERSION)
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(NCCL
  REQUIRED_VARS NCCL_LIBRARY NCCL_INCLUDE_DIR NCCL_CUDA_LIBRARY ${cuda_headers} VERSION_VAR NCCL_VERSION)

if(NCCL_FOUND AND NOT TARGET NCCL::NCCL)
  set(folders ${NCCL_INCLUDE_DIR})
  foreach(variable ${cuda_headers})
    list(APPEND folders ${${variable}})
  endforeach()
  list(REMOVE_DUPLICATES folders)
  list(REMOVE_ITEM folders ${CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES})  # -isystem would change their order
  add_library(NCCL::NCCL UNKNOWN IMPORTED)
  set_target_properties(NCCL::NCCL PROPERTIES IMPORTED_LOCATION ${NCCL_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES "${folders}" INTERFACE_LINK_LIBRARIES ${NCCL_CUDA_LIBRARY})
endif()
