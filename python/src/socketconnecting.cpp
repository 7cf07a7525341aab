// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "socketattempts.h"
#include "wouldblock.h"

#include <cerrno>

#include <sys/socket.h>

namespace QtAsyncio::SocketAttempts {

namespace {

/// How the attempt to connect has ended, as an errno; -1 with a Python error set.
int connectError(const SocketOperation &operation)
{
    int error = 0;
    socklen_t size = sizeof error;
    if (!operation.isPlain) {
        PyObject *result =
                PyObject_CallMethod(operation.socket, "getsockopt", "ii", SOL_SOCKET, SO_ERROR);
        error = result ? int(PyLong_AsLong(result)) : -1;
        Py_XDECREF(result);
        return PyErr_Occurred() ? -1 : error;
    }
    if (::getsockopt(operation.descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0)
        return error;
    PyErr_SetFromErrno(PyExc_OSError);
    return -1;
}

void raiseFailed(int error, PyObject *address)
{
    PyObject *text = PyUnicode_FromFormat("Connect call failed %S", address);
    PyObject *arguments = text ? Py_BuildValue("(iN)", error, text) : nullptr;
    if (arguments)
        PyErr_SetObject(PyExc_OSError, arguments);
    Py_XDECREF(arguments);
}

} // namespace

/// As asyncio: the accepted socket does not block.
PyObject *accept(SocketOperation &operation)
{
    static PyObject *const name = PyUnicode_InternFromString("accept");
    PyObject *pair = callMethod(operation, name);
    PyObject *connection = pair ? PySequence_GetItem(pair, 0) : nullptr;
    PyObject *done =
            connection ? PyObject_CallMethod(connection, "setblocking", "O", Py_False) : nullptr;
    if (!done)
        Py_CLEAR(pair);
    Py_XDECREF(connection);
    Py_XDECREF(done);
    return pair;
}

/// Once started the kernel goes on with it, and tells how it has ended.
PyObject *connect(SocketOperation &operation)
{
    static PyObject *const name = PyUnicode_InternFromString("connect");
    if (!operation.waited)
        return callMethod(operation, name, operation.arguments[0]);
    const int error = connectError(operation);
    if (error == 0)
        return Py_NewRef(Py_None);
    if (error > 0)
        raiseFailed(error, operation.arguments[0]);
    static_cast<void>(WouldBlock::tookError());
    return nullptr;
}

} // namespace QtAsyncio::SocketAttempts
