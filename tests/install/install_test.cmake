# Installs BUILD_DIR into WORK_DIR, then configures, builds and runs the project beside this file with what was
# installed: cmake -DBUILD_DIR=… -DWORK_DIR=… -DCOMPILER=… -DGENERATOR=… -P install_test.cmake
file(REMOVE_RECURSE ${WORK_DIR})
set(model ${WORK_DIR}/model.pt)

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${WORK_DIR}/prefix)
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${WORK_DIR}/build -G ${GENERATOR}
  -DCMAKE_PREFIX_PATH=${WORK_DIR}/prefix -DCMAKE_CXX_COMPILER=${COMPILER})
run(${CMAKE_COMMAND} --build ${WORK_DIR}/build)
run(${WORK_DIR}/build/outside ${model})
if(NOT EXISTS ${model})
  message(FATAL_ERROR "the project outside exported nothing")
endif()
run(${WORK_DIR}/prefix/bin/reslab --version)
file(REMOVE_RECURSE ${WORK_DIR})
