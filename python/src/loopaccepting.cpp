// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// Connections that come in.

#include "loopmethods.h"
#include "openfile.h"
#include "socketaddress.h"
#include "takeerror.h"
#include "wouldblock.h"

#include <algorithm>

#include <unistd.h>

namespace QtAsyncio::EventLoop {

namespace {

/// Where the Python half puts them.
enum Argument { ProtocolFactory, Socket, SslContext, Server, Backlog };

int socketOption(int descriptor, int name) noexcept
{
    int value = 0;
    socklen_t size = sizeof(value);
    ::getsockopt(descriptor, SOL_SOCKET, name, &value, &size);
    return value;
}

/// A new, non-blocking `socket.socket` that owns \a descriptor; closes that on error.
PyObject *createSocket(int descriptor)
{
    static PyObject *const module = PyImport_ImportModule("socket");
    PyObject *socket = PyObject_CallMethod(
            module, "socket", "iiii", socketOption(descriptor, SO_DOMAIN),
            socketOption(descriptor, SO_TYPE), socketOption(descriptor, SO_PROTOCOL), descriptor);
    if (!socket) {
        ::close(descriptor);
        return nullptr;
    }
    PyObject *result = PyObject_CallMethod(socket, "setblocking", "O", Py_False);
    if (!result)
        Py_CLEAR(socket);
    Py_XDECREF(result);
    return socket;
}

/// Hands a connection to the Python half, which makes the transport.
bool accepted(PyObject *self, PyObject *socket, PyObject *address, PyObject *arguments)
{
    static PyObject *const accepted = PyUnicode_InternFromString("_accepted");
    PyObject *result = socket && address
            ? PyObject_CallMethodObjArgs(self, accepted, socket, address, arguments, nullptr)
            : nullptr;
    Py_XDECREF(result);
    return result;
}

bool acceptFailed(PyObject *self, PyObject *arguments)
{
    PyErr_SetFromErrno(PyExc_OSError);
    PyObject *error = takeError();
    PyObject *result = PyObject_CallMethod(self, "_accept_failed", "OO", error, arguments);
    Py_DECREF(error);
    Py_XDECREF(result);
    return result;
}

/// Opens the socket, and returns the length of its queue; -1 with a Python error set.
long readArguments(PyObject *arguments, OpenFile &listening)
{
    if (PyTuple_GET_SIZE(arguments) <= Backlog) {
        PyErr_Format(PyExc_TypeError, "_accept_ready() missing %zd required arguments",
                     Backlog + 1 - PyTuple_GET_SIZE(arguments));
        return -1;
    }
    PyObject *socket = PyTuple_GET_ITEM(arguments, Socket);
    const int descriptor = PyObject_AsFileDescriptor(socket);
    if (descriptor < 0)
        return -1;
    const long backlog = PyLong_AsLong(PyTuple_GET_ITEM(arguments, Backlog));
    if (backlog == -1 && PyErr_Occurred())
        return -1;
    listening.open(socket, descriptor);
    return std::max(backlog, 0L);
}

} // namespace

/// All that have come in, up to the length of the queue: an iteration may be their only chance.
PyObject *acceptReady(PyObject *self, PyObject *arguments)
{
    OpenFile listening; // the program may close it when it hears of a connection
    const long backlog = readArguments(arguments, listening);
    if (backlog < 0)
        return nullptr;
    for (long i = 0; i < backlog; ++i) {
        SocketAddress peer;
        const int accepting = ::accept4(listening.descriptor(), peer.data(), peer.room(),
                                        SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (accepting < 0) {
            if (!WouldBlock::saysErrno() && errno != ECONNABORTED && !acceptFailed(self, arguments))
                return nullptr;
            break;
        }
        PyObject *connection = createSocket(accepting);
        PyObject *address = connection ? peer.toPython() : nullptr;
        const bool taken = accepted(self, connection, address, arguments);
        Py_XDECREF(connection);
        Py_XDECREF(address);
        if (!taken)
            return nullptr;
    }
    Py_RETURN_NONE;
}

} // namespace QtAsyncio::EventLoop
