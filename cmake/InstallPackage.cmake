# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

# What `cmake --install` gives to C++ programs: the libraries, their headers, and the package
# that find_package(QtAsyncio) finds. The Python package is a component of its own, which only
# the build of a wheel installs.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

install(
  TARGETS QtAsyncioDispatcher QtAsyncioFactory
  EXPORT QtAsyncioTargets
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT runtime
  INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
)

# What a program names, and what these files need. How an iteration works inside is not theirs.
install(
  FILES
    dispatcher/clock.h
    dispatcher/createdispatcher.h
    dispatcher/eventdispatcher.h
    dispatcher/export.h
    dispatcher/foreignwait.h
    dispatcher/loophost.h
    dispatcher/loophostinterface.h
    dispatcher/platformevents.h
    dispatcher/readyqueue.h
    plugin/dispatcherfactory.h
    plugin/factory.h
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/QtAsyncio"
  COMPONENT development
)

set(package "${CMAKE_INSTALL_LIBDIR}/cmake/QtAsyncio")
set(generated "${PROJECT_BINARY_DIR}/package")
configure_package_config_file(
  cmake/QtAsyncioConfig.cmake.in
  "${generated}/QtAsyncioConfig.cmake"
  INSTALL_DESTINATION "${package}"
  NO_SET_AND_CHECK_MACRO
)
write_basic_package_version_file(
  "${generated}/QtAsyncioConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion
)
install(
  TARGETS QtAsyncioDispatcherV2 QtAsyncioPreload
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT runtime
)
install(
  DIRECTORY ${QTASYNCIO_PLUGIN_FOLDERS}
  DESTINATION "${CMAKE_INSTALL_LIBDIR}/QtAsyncio"
  COMPONENT runtime
)
install(
  FILES "${generated}/QtAsyncioConfig.cmake" "${generated}/QtAsyncioConfigVersion.cmake"
  DESTINATION "${package}"
  COMPONENT development
)
install(
  EXPORT QtAsyncioTargets
  NAMESPACE QtAsyncio::
  DESTINATION "${package}"
  COMPONENT development
)
