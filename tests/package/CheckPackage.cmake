# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

# Run as a script, with what CMakeLists.txt beside it defines.
cmake_minimum_required(VERSION 3.25)

# run(<seconds> <command>...): sets output; timeout(1) ends the children of a compiler, too.
function(run seconds)
  execute_process(
    COMMAND timeout --kill-after=5 ${seconds} ${ARGN}
    OUTPUT_VARIABLE output
    ERROR_VARIABLE errors
    RESULT_VARIABLE result
  )
  if(NOT result EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nended with ${result}:\n${output}${errors}")
  endif()
  message(STATUS "${output}")
  set(output "${output}" PARENT_SCOPE)
endfunction()

# build(<name> <source folder>): an outside project, which knows the prefix and nothing else of us.
function(build name source)
  run(
    60
    "${CMAKE_COMMAND}" -S "${source}" -B "${SCRATCH}/${name}" -G "${GENERATOR}"
    "-DCMAKE_MAKE_PROGRAM=${MAKE_PROGRAM}" "-DCMAKE_CXX_COMPILER=${CXX}"
    "-DCMAKE_CXX_FLAGS=${FLAGS}" "-DCMAKE_BUILD_TYPE=${CONFIG}" "-DQt6_DIR=${QT}"
    "-DCMAKE_PREFIX_PATH=${SCRATCH}/prefix" -DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF
    "-DQTASYNCIO_VERSION=${VERSION}" --no-warn-unused-cli
  )
  run(120 "${CMAKE_COMMAND}" --build "${SCRATCH}/${name}" --parallel 2)
endfunction()

# expect(<program> <regular expression>): that it succeeds, and prints this.
function(expect program expression)
  run(20 "${SCRATCH}/examples/${program}")
  if(NOT output MATCHES "^${expression}$")
    message(FATAL_ERROR "${program} printed:\n${output}\nand not: ${expression}")
  endif()
endfunction()

# A package may be moved after it was installed.
file(REMOVE_RECURSE "${SCRATCH}")
run(
  20
  "${CMAKE_COMMAND}" --install "${BUILT}" --config "${CONFIG}" --prefix "${SCRATCH}/installed"
)
file(RENAME "${SCRATCH}/installed" "${SCRATCH}/prefix")
file(GLOB files RELATIVE "${SCRATCH}/prefix" "${SCRATCH}/prefix/*")
if(NOT files MATCHES "^include;lib(64)?$")
  message(FATAL_ERROR "Installed were: ${files}")
endif()

build(headers "${HEADERS}")
build(examples "${EXAMPLES}")

string(
  CONCAT callbacks
  "first\nsecond\nthird\n10 ms have passed\n20 ms have passed\nanother thread has called\n"
  "the timer has ticked three times\n[(]beside a chain of [0-9]+ callbacks[)]\n"
)
expect(callbacks "${callbacks}")
set(thread "thread [1-4]: 10 ticks, [0-9]+ callbacks\n")
expect(threads "${thread}${thread}${thread}${thread}")
expect(window "50 steps\n")
