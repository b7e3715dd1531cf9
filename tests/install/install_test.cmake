# Installs BUILD_DIR, moves what was installed, and uses it: runs the program, then builds and runs the project beside
# this file with CMake and with pkg-config.
# cmake -DBUILD_DIR=… -DWORK_DIR=… -DCOMPILER=… -DGENERATOR=… -DLIBDIR=… -DPKG_CONFIG=… -P install_test.cmake
cmake_minimum_required(VERSION 3.25)
set(prefix ${WORK_DIR}/moved)

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(check_export program)
  run(${program} ${program}.pt)
  if(NOT EXISTS ${program}.pt)
    message(FATAL_ERROR "${program} exported nothing")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${WORK_DIR}/prefix)
file(RENAME ${WORK_DIR}/prefix ${prefix})
run(${prefix}/bin/reslab --version --verbose)
run(${prefix}/bin/reslab check ${prefix}/share/reslab/experiments/demo.json)

run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${WORK_DIR}/build -G ${GENERATOR}
  -DCMAKE_PREFIX_PATH=${prefix} -DCMAKE_CXX_COMPILER=${COMPILER})
run(${CMAKE_COMMAND} --build ${WORK_DIR}/build)
check_export(${WORK_DIR}/build/outside)

execute_process(
  COMMAND ${CMAKE_COMMAND} -E env PKG_CONFIG_PATH=${prefix}/${LIBDIR}/pkgconfig ${PKG_CONFIG} --cflags --libs reslab
  OUTPUT_VARIABLE flags COMMAND_ERROR_IS_FATAL ANY)
separate_arguments(flags UNIX_COMMAND "${flags}")
run(${COMPILER} ${CMAKE_CURRENT_LIST_DIR}/main.cpp -o ${WORK_DIR}/outside ${flags} -Wl,-rpath,${prefix}/${LIBDIR})
check_export(${WORK_DIR}/outside)
file(REMOVE_RECURSE ${WORK_DIR})
