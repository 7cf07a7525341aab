# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

# qtasyncio_options: what every target of the project is compiled with.
add_library(qtasyncio_options INTERFACE)
target_compile_features(qtasyncio_options INTERFACE cxx_std_20)
target_compile_options(qtasyncio_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow)
target_compile_definitions(
  qtasyncio_options
  INTERFACE QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII QT_NO_FOREACH
)
if(NOT QTASYNCIO_SANITIZE)
  # An undefined symbol shall fail here, not in the user's process. (Sanitized libraries get
  # theirs from the program that loads them.)
  target_link_options(qtasyncio_options INTERFACE -Wl,--no-undefined)
endif()

set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_EXTENSIONS OFF)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

# The libraries stand side by side, and none carries a path to a Qt: they bind to the one
# which is in the process already.
set(CMAKE_BUILD_WITH_INSTALL_RPATH OFF)
set(CMAKE_INSTALL_RPATH "$ORIGIN")
