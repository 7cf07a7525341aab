// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "socketoperation.h"

/// How each kind of operation is attempted, see SocketOperationKind::attempt.
///
/// A plain socket is served by a system call, which never blocks, whatever the socket's timeout is.
/// Any other object, and an argument that is not of the usual type, is left to the object's own
/// method, which has the right exception for everything.
namespace QtAsyncio::SocketAttempts {

// socketreceiving.cpp
PyObject *receive(SocketOperation &operation);
PyObject *receiveInto(SocketOperation &operation);
PyObject *receiveFrom(SocketOperation &operation);
PyObject *receiveFromInto(SocketOperation &operation);

// socketsending.cpp
PyObject *sendAll(SocketOperation &operation);
PyObject *sendTo(SocketOperation &operation);

// socketconnecting.cpp
PyObject *accept(SocketOperation &operation);
PyObject *connect(SocketOperation &operation);

// socketattempts.cpp
/// Calls a method of the socket by its interned name. Null without an error if that would block.
PyObject *callMethod(const SocketOperation &operation, PyObject *name, PyObject *first = nullptr,
                     PyObject *second = nullptr);
/// What errno says after a system call: it would block, is to be tried again, or the Python error
/// is set.
enum class Failure : unsigned char { WouldBlock, Interrupted, Raised };
Failure failure();

} // namespace QtAsyncio::SocketAttempts
