# Installs the headers that other projects may include, and the headers that these include. `cmake --install` runs this
# script. source: the folder that #include lines start from. destination: the folder for headers below the prefix.
set(headers
  reslab/base/error.h
  reslab/data/batches.h
  reslab/data/image_file.h
  reslab/data/options.h
  reslab/execution/execution.h
  reslab/interchange/export.h
  reslab/interchange/load_weights.h
  reslab/interchange/network_input.h
  reslab/interchange/tensors.h
  reslab/model/network_name.h
  reslab/model/summary.h
  reslab/train/diagnostics.h
  reslab/train/evaluation.h
  reslab/train/trainer.h
)
set(installed "")
while(headers)
  list(POP_FRONT headers header)
  if(header IN_LIST installed)
    continue()
  endif()
  list(APPEND installed ${header})
  cmake_path(GET header PARENT_PATH folder)
  file(INSTALL ${source}/${header} DESTINATION ${CMAKE_INSTALL_PREFIX}/${destination}/${folder})
  file(STRINGS ${source}/${header} includes REGEX "^#include \"reslab/")
  list(TRANSFORM includes REPLACE "^#include \"([^\"]+)\".*" "\\1")
  list(APPEND headers ${includes})
endwhile()
