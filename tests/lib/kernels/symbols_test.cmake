# The loops must define no symbol that the linker could take for another file's function of the same name. The file
# may be compiled for instructions that the CPU lacks. Usage: cmake -DNM=… -DOBJECTS=…;… -P symbols_test.cmake
foreach(object IN LISTS OBJECTS)
  execute_process(COMMAND ${NM} -C --defined-only ${object} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
  if(NOT symbols MATCHES "Kernels")
    message(FATAL_ERROR "${object} defines no table of kernels:\n${symbols}")
  endif()
  string(REGEX MATCHALL "[^\n]* [WVu] [^\n]*" shared "${symbols}")
  if(shared)
    message(FATAL_ERROR "${object} defines functions that other files share:\n${shared}")
  endif()
endforeach()
