// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "poller.h"

#include <Python.h>

namespace QtAsyncio {

struct SocketOperation;

/// What the operations of one method of the loop have in common.
struct SocketOperationKind
{
    const char *name;
    Interest interest; // what is waited for
    /// Tries to do it. A new reference to the result; null with a Python error set; or null without
    /// one if it would block.
    PyObject *(*attempt)(SocketOperation &operation);
};

/// The coroutine that `loop.sock_recv()` and its like return: the type `_native.SocketOperation`.
///
/// Each step of it makes an attempt, the first one before anything is waited for. If that would
/// block, the coroutine awaits a future, which is resolved when the socket is ready. Only the next
/// step, which is the task's own, makes the next attempt: a task that is cancelled in between has
/// taken nothing from the socket that would be lost. GIL held, thread of the loop.
struct SocketOperation
{
    enum class State : unsigned char { Created, Running, Suspended, Finished };

    PyObject_HEAD const SocketOperationKind *kind;
    PyObject *loop;
    PyObject *socket;
    PyObject *arguments[2]; // of the method, after the socket; or null
    PyObject *future; // is awaited, or null
    PyObject *handle; // the watch that will resolve it
    PyObject *weakReferences;
    Py_buffer data; // what is sent, from the first step to the end
    Py_ssize_t sent;
    int descriptor;
    State state;
    bool isPlain; // socket.socket itself, for which system calls may stand in
    bool waited; // once at least

    static bool is(PyObject *object) noexcept;
    static SocketOperation &of(PyObject *self) noexcept
    {
        return *reinterpret_cast<SocketOperation *>(self);
    }
    /// Creates the type; false with a Python error set.
    static bool initialize(PyObject *module);
    /// A new coroutine, or null with a Python error set. The arguments are borrowed.
    static PyObject *create(PyObject *loop, const SocketOperationKind &kind, PyObject *socket,
                            PyObject *first, PyObject *second);
};

} // namespace QtAsyncio
