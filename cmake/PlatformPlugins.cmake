# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

# The platform plugin, once for each minor version of Qt.
#
# Qt loads a platform plugin only if the metadata in it name exactly its own minor version. The
# code is the same for all, so it is compiled once, and copies are stamped: after the name of the
# note come the version of the metadata (1), and those of Qt, which is the third byte.

# The newest one that the plugin and its use of private functions have been tested with.
set(QTASYNCIO_NEWEST_QT_MINOR 12)

add_library(qtasyncio_platform MODULE main.cpp realplatform.cpp)
set_target_properties(
  qtasyncio_platform
  PROPERTIES
    AUTOMOC ON
    # From the two folders below to the libraries, in a wheel and in an installation.
    BUILD_WITH_INSTALL_RPATH ON
    INSTALL_RPATH "$ORIGIN/../lib;$ORIGIN/../../lib;$ORIGIN/../..;$ORIGIN/../../.."
)
target_link_libraries(
  qtasyncio_platform
  PRIVATE QtAsyncioFactory Qt6::GuiPrivate qtasyncio_options qtasyncio_closed ${CMAKE_DL_LIBS}
)
# Copies are installed, not the target, so nobody strips them later, as the libraries are.
target_link_options(qtasyncio_platform PRIVATE "$<$<CONFIG:Release>:LINKER:--strip-all>")

set(QTASYNCIO_PLUGIN_FOLDERS "${CMAKE_CURRENT_BINARY_DIR}/plugins")
set(stamped "")

# qtasyncio_stamp_plugin(<folder> <minor>)
#
# Of the variables that name a folder to Qt, QT_PLUGIN_PATH means the one above `platforms`, and
# QT_QPA_PLATFORM_PLUGIN_PATH the one with the files. They are in both, so that one name fits.
function(qtasyncio_stamp_plugin folder minor)
  math(EXPR built "0x100 + ${Qt6_VERSION_MINOR}" OUTPUT_FORMAT HEXADECIMAL)
  math(EXPR wanted "0x100 + ${minor}" OUTPUT_FORMAT HEXADECIMAL)
  string(REPLACE "0x1" "\\x" edit "s/\\(qt-project!\\x00\\x01\\x06\\)${built}/\\1${wanted}/")
  file(MAKE_DIRECTORY "${folder}/platforms")
  foreach(file IN ITEMS platforms/libqtasyncio-6.${minor}.so libqtasyncio-6.${minor}.so)
    add_custom_command(
      OUTPUT "${folder}/${file}"
      COMMAND
        "${CMAKE_COMMAND}" -E env LC_ALL=C sed "${edit}" "$<TARGET_FILE:qtasyncio_platform>" >
        "${folder}/${file}"
      DEPENDS qtasyncio_platform
      VERBATIM
    )
    list(APPEND stamped "${folder}/${file}")
  endforeach()
  set(stamped "${stamped}" PARENT_SCOPE)
endfunction()

foreach(minor RANGE 4 ${QTASYNCIO_NEWEST_QT_MINOR})
  qtasyncio_stamp_plugin("${QTASYNCIO_PLUGIN_FOLDERS}" ${minor})
endforeach()
# Qt 6.4 warns of each file for a newer Qt that it sees beside its own.
list(APPEND QTASYNCIO_PLUGIN_FOLDERS "${CMAKE_CURRENT_BINARY_DIR}/plugins-6.4")
qtasyncio_stamp_plugin("${CMAKE_CURRENT_BINARY_DIR}/plugins-6.4" 4)
add_custom_target(qtasyncio_platforms ALL DEPENDS ${stamped})
set(QTASYNCIO_PLUGIN_FOLDERS "${QTASYNCIO_PLUGIN_FOLDERS}" PARENT_SCOPE) # to be installed
