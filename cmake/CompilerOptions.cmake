# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

# qtasyncio_options: what every target of the project is compiled with.
add_library(qtasyncio_options INTERFACE)
target_compile_features(qtasyncio_options INTERFACE cxx_std_20)
target_compile_options(qtasyncio_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow)
# Nobody replaces our functions from outside: calls between them may be inlined.
target_compile_options(qtasyncio_options INTERFACE -fno-semantic-interposition)
# Executables too. With -fPIE they have copies of Qt's variables, which the Qt of a wheel does not
# share, for it is built for -fPIC: QCoreApplication::instance() is null then.
target_compile_options(qtasyncio_options INTERFACE -fPIC)
target_compile_definitions(
  qtasyncio_options
  INTERFACE QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII QT_NO_FOREACH
)
# Libraries that use nothing of a newer Qt than 6.4 run with Qt 6.4, whatever Qt they were built
# with: without this, Qt's headers ask for its version at least.
target_compile_definitions(qtasyncio_options INTERFACE QT_NO_VERSION_TAGGING)

# qtasyncio_closed: for libraries whose undefined symbols shall fail here, not in the user's
# process. (A Python module has its interpreter's, a sanitized library its runtime's.)
add_library(qtasyncio_closed INTERFACE)
if(NOT QTASYNCIO_SANITIZE)
  target_link_options(qtasyncio_closed INTERFACE LINKER:--no-undefined)
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
