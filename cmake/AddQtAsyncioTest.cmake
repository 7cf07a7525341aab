# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

# qtasyncio_set_test_properties(<test> [TIMEOUT <seconds>] [LABELS <label>...]
#                               [ENVIRONMENT <name=value>...])
#
# What every test has: an end, no window system, and the sanitizers' lists of what is not ours.
function(qtasyncio_set_test_properties test)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "LABELS;ENVIRONMENT")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  set(environment QT_QPA_PLATFORM=offscreen LC_ALL=C.UTF-8)
  # A function that hangs ends before its test does, and without a debugger.
  list(APPEND environment QTEST_FUNCTION_TIMEOUT=40000 QTEST_DISABLE_STACK_DUMP=1)
  # QProcess forks while there are threads.
  set(tsan "suppressions=${PROJECT_SOURCE_DIR}/tests/tsan.supp:die_after_fork=0")
  set(lsan "suppressions=${PROJECT_SOURCE_DIR}/tests/lsan.supp")
  set_tests_properties(
    ${test}
    PROPERTIES
      TIMEOUT ${arg_TIMEOUT}
      LABELS "${arg_LABELS}"
      ENVIRONMENT "${environment};${arg_ENVIRONMENT}"
      ENVIRONMENT_MODIFICATION
        "LSAN_OPTIONS=string_append::${lsan};TSAN_OPTIONS=string_append::${tsan}"
  )
endfunction()

# qtasyncio_add_test_executable(<name> SOURCES <file>... [LIBRARIES <target>...])
function(qtasyncio_add_test_executable name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES AUTOMOC ON)
  target_link_libraries(${name} PRIVATE qtasyncio_options qtasyncio_testlibs ${arg_LIBRARIES})
  # QtTest's headers depend on whether there is QtGui, and GLib's flags have -pthread: see
  # qtasyncio_testlibs.
  if(NOT arg_LIBRARIES MATCHES "Qt6::Gui|glib")
    target_precompile_headers(${name} REUSE_FROM qtasyncio_testlibs)
  endif()
endfunction()

# qtasyncio_add_test(<name> [LIBRARIES <target>...] [LABELS <label>...])
#
# One test class: <name>.cpp, one executable, one test.
function(qtasyncio_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LIBRARIES;LABELS")
  qtasyncio_add_test_executable(${name} SOURCES ${name}.cpp LIBRARIES ${arg_LIBRARIES})
  add_test(NAME ${name} COMMAND ${name} -nocrashhandler)
  qtasyncio_set_test_properties(${name} LABELS ${arg_LABELS})
endfunction()
