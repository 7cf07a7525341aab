// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "socketattempts.h"

#include <sys/socket.h>

namespace QtAsyncio::SocketAttempts {

namespace {

/// The number of bytes sent, or -1: with an error set, or because it would block.
Py_ssize_t sendDirectly(const SocketOperation &operation)
{
    const char *begin = static_cast<const char *>(operation.data.buf) + operation.sent;
    const auto size = std::size_t(operation.data.len - operation.sent);
    for (;;) {
        const ssize_t count =
                ::send(operation.descriptor, begin, size, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count >= 0 || failure() != Failure::Interrupted)
            return count;
    }
}

/// What is left to be sent, by single bytes, as a new reference.
PyObject *remainder(const SocketOperation &operation)
{
    PyObject *view = PyMemoryView_FromObject(operation.arguments[0]);
    if (view)
        Py_SETREF(view, PyObject_CallMethod(view, "cast", "s", "B"));
    if (view)
        Py_SETREF(view, PySequence_GetSlice(view, operation.sent, operation.data.len));
    return view;
}

Py_ssize_t sendByMethod(const SocketOperation &operation)
{
    static PyObject *const name = PyUnicode_InternFromString("send");
    PyObject *rest = operation.sent > 0 ? remainder(operation) : Py_NewRef(operation.arguments[0]);
    PyObject *count = rest ? callMethod(operation, name, rest) : nullptr;
    Py_XDECREF(rest);
    const Py_ssize_t result = count ? PyLong_AsSsize_t(count) : -1;
    Py_XDECREF(count);
    return result;
}

} // namespace

/// The data is borrowed from its owner until all of it is sent, as a memoryview would do it.
PyObject *sendAll(SocketOperation &operation)
{
    PyObject *data = operation.arguments[0];
    if (!operation.data.obj && PyObject_GetBuffer(data, &operation.data, PyBUF_SIMPLE) < 0) {
        operation.data.obj = nullptr;
        return nullptr;
    }
    const Py_ssize_t count = operation.isPlain ? sendDirectly(operation) : sendByMethod(operation);
    if (count < 0)
        return nullptr;
    operation.sent += count;
    return operation.sent >= operation.data.len ? Py_NewRef(Py_None) : nullptr;
}

PyObject *sendTo(SocketOperation &operation)
{
    static PyObject *const name = PyUnicode_InternFromString("sendto");
    return callMethod(operation, name, operation.arguments[0], operation.arguments[1]);
}

} // namespace QtAsyncio::SocketAttempts
