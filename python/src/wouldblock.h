// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "takeerror.h"

#include <Python.h>

#include <cerrno>

/// The two ways in which an operation on a descriptor says that it is to be tried again later.
namespace QtAsyncio::WouldBlock {

/// What a system call that failed has left in errno.
inline bool saysErrno() noexcept
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/// Whether the Python error means "would block"; then clears it.
inline bool tookError()
{
    const bool would = errorIs(PyExc_BlockingIOError, PyExc_InterruptedError);
    if (would)
        PyErr_Clear();
    return would;
}

} // namespace QtAsyncio::WouldBlock
