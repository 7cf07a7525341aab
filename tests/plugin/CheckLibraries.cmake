# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

# Run as a script, with READELF, NM, DISPATCHER, DISPATCHER_V2 and FACTORY defined.
cmake_minimum_required(VERSION 3.25)

function(run result)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
  set(${result} "${output}" PARENT_SCOPE)
endfunction()

function(fail text)
  message(SEND_ERROR "${text}")
endfunction()

# A program without QtGui can load both, and nothing leads to a Qt of their own.
foreach(library IN ITEMS "${DISPATCHER}" "${DISPATCHER_V2}" "${FACTORY}")
  run(dynamic "${READELF}" --dynamic --wide "${library}")
  if(NOT dynamic MATCHES "NEEDED.*libQt6Core")
    fail("${library} does not need libQt6Core, which readelf was expected to tell")
  endif()
  if(dynamic MATCHES "NEEDED[^\n]*libQt6Gui")
    fail("${library} needs libQt6Gui")
  endif()
  if(dynamic MATCHES "NEEDED[^\n]*libpython")
    fail("${library} needs libpython")
  endif()
endforeach()

# The dispatcher knows no Python.
run(symbols "${NM}" --dynamic "${DISPATCHER}")
if(symbols MATCHES " _?Py[A-Za-z_]")
  fail("the dispatcher has a symbol of Python: ${CMAKE_MATCH_0}")
endif()

# One library, and no other, makes dispatchers.
set(makers "")
get_filename_component(build "${DISPATCHER}/../.." ABSOLUTE)
file(GLOB libraries "${build}/dispatcher/*.so" "${build}/plugin/*.so")
foreach(library IN LISTS libraries)
  run(symbols "${NM}" --dynamic --defined-only "${library}")
  if(symbols MATCHES " T qtasyncio_create_dispatcher")
    list(APPEND makers "${library}")
  endif()
endforeach()
if(NOT makers STREQUAL FACTORY)
  fail("qtasyncio_create_dispatcher is exported by: ${makers}")
endif()
