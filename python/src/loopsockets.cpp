// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "loopmethods.h"
#include "socketattempts.h"

#include <algorithm>
#include <array>

namespace QtAsyncio::EventLoop {

namespace {

/// The arguments of a method, the socket being the first, borrowed from the call.
using SocketArguments = std::array<PyObject *, 3>;

/// How the method is called from Python.
struct Signature
{
    const char *format; // of PyArg_ParseTupleAndKeywords()
    std::array<const char *, 4> names; // ends with a null
    Py_ssize_t required;
};

/// For a call by names, or with the wrong number of arguments: Python itself reads them.
bool parseSlowly(const Signature &signature, PyObject *const *args, Py_ssize_t count,
                 PyObject *names, SocketArguments &parsed)
{
    PyObject *tuple = PyTuple_New(count);
    PyObject *dictionary = PyDict_New();
    bool good = tuple && dictionary;
    for (Py_ssize_t i = 0; good && i < count; ++i)
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(args[i]));
    for (Py_ssize_t i = 0; good && names && i < PyTuple_GET_SIZE(names); ++i)
        good = PyDict_SetItem(dictionary, PyTuple_GET_ITEM(names, i), args[count + i]) == 0;
    good = good
            && PyArg_ParseTupleAndKeywords(tuple, dictionary, signature.format,
                                           const_cast<char **>(signature.names.data()), &parsed[0],
                                           &parsed[1], &parsed[2]);
    Py_XDECREF(tuple); // the caller has all that it held
    Py_XDECREF(dictionary);
    return good;
}

PyObject *start(PyObject *self, const SocketOperationKind &kind, const Signature &signature,
                PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    SocketArguments parsed{ };
    if (!names && count == signature.required)
        std::copy_n(args, count, parsed.begin());
    else if (!parseSlowly(signature, args, count, names, parsed))
        return nullptr;
    return SocketOperation::create(self, kind, parsed[0], parsed[1], parsed[2]);
}

} // namespace

PyObject *sockRecv(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static constexpr SocketOperationKind kind = { "sock_recv", Read, SocketAttempts::receive };
    static constexpr Signature signature = { "OO:sock_recv", { "sock", "n" }, 2 };
    return start(self, kind, signature, args, count, names);
}

PyObject *sockRecvInto(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static constexpr SocketOperationKind kind = { "sock_recv_into", Read,
                                                  SocketAttempts::receiveInto };
    static constexpr Signature signature = { "OO:sock_recv_into", { "sock", "buf" }, 2 };
    return start(self, kind, signature, args, count, names);
}

PyObject *sockRecvFrom(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static constexpr SocketOperationKind kind = { "sock_recvfrom", Read,
                                                  SocketAttempts::receiveFrom };
    static constexpr Signature signature = { "OO:sock_recvfrom", { "sock", "bufsize" }, 2 };
    return start(self, kind, signature, args, count, names);
}

PyObject *sockRecvFromInto(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static constexpr SocketOperationKind kind = { "sock_recvfrom_into", Read,
                                                  SocketAttempts::receiveFromInto };
    static constexpr Signature signature = { "OO|O:sock_recvfrom_into",
                                             { "sock", "buf", "nbytes" },
                                             2 };
    return start(self, kind, signature, args, count, names);
}

PyObject *sockSendAll(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static constexpr SocketOperationKind kind = { "sock_sendall", Write, SocketAttempts::sendAll };
    static constexpr Signature signature = { "OO:sock_sendall", { "sock", "data" }, 2 };
    return start(self, kind, signature, args, count, names);
}

PyObject *sockSendTo(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static constexpr SocketOperationKind kind = { "sock_sendto", Write, SocketAttempts::sendTo };
    static constexpr Signature signature = { "OOO:sock_sendto", { "sock", "data", "address" }, 3 };
    return start(self, kind, signature, args, count, names);
}

PyObject *sockAccept(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static constexpr SocketOperationKind kind = { "sock_accept", Read, SocketAttempts::accept };
    static constexpr Signature signature = { "O:sock_accept", { "sock" }, 1 };
    return start(self, kind, signature, args, count, names);
}

/// The address is numeric: the Python half has resolved it.
PyObject *connectSocket(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static constexpr SocketOperationKind kind = { "sock_connect", Write, SocketAttempts::connect };
    static constexpr Signature signature = { "OO:_connect_socket", { "sock", "address" }, 2 };
    return start(self, kind, signature, args, count, names);
}

} // namespace QtAsyncio::EventLoop
