// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "socketoperation.h"

/// How an operation waits until its socket is ready.
namespace QtAsyncio::SocketWait {

/// Has the loop watch the socket. The future to await, as a new reference, or null on error.
PyObject *begin(PyObject *self);
/// Stops watching, if it does not happen by itself. Nothing happens without a begin().
void end(SocketOperation &operation);
/// Whether the future is done; if not, the error of a coroutine that two have awaited is set.
bool isOver(const SocketOperation &operation);
/// Asks the socket for its number; false with a Python error set.
bool readDescriptor(SocketOperation &operation);

} // namespace QtAsyncio::SocketWait
