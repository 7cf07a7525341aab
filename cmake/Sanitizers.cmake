# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause

if(QTASYNCIO_SANITIZE STREQUAL "address")
  # Not vptr: it needs the type information of QtGui's classes, and that library is found at run time.
  set(
    QTASYNCIO_SANITIZER_FLAGS
    -fsanitize=address,undefined
    -fno-sanitize=vptr
    -fno-sanitize-recover=undefined
    -fno-omit-frame-pointer
  )
elseif(QTASYNCIO_SANITIZE STREQUAL "thread")
  set(QTASYNCIO_SANITIZER_FLAGS -fsanitize=thread -fno-omit-frame-pointer)
elseif(QTASYNCIO_SANITIZE)
  message(
    FATAL_ERROR
    "QTASYNCIO_SANITIZE is '${QTASYNCIO_SANITIZE}': use address, thread or nothing"
  )
endif()
if(QTASYNCIO_SANITIZER_FLAGS)
  target_compile_options(qtasyncio_options INTERFACE ${QTASYNCIO_SANITIZER_FLAGS})
  target_link_options(qtasyncio_options INTERFACE ${QTASYNCIO_SANITIZER_FLAGS})
endif()
