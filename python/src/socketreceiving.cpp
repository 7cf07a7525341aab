// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "socketattempts.h"

#include <sys/socket.h>

namespace QtAsyncio::SocketAttempts {

namespace {

/// The number of received bytes, or -1: with an error set, or because it would block.
Py_ssize_t receive(int descriptor, void *buffer, Py_ssize_t size)
{
    if (size == 0)
        return 0; // as the socket module: without asking the kernel
    for (;;) {
        const ssize_t count = ::recv(descriptor, buffer, std::size_t(size), MSG_DONTWAIT);
        if (count >= 0 || failure() != Failure::Interrupted)
            return count;
    }
}

PyObject *receiveBytes(int descriptor, Py_ssize_t size)
{
    PyObject *bytes = PyBytes_FromStringAndSize(nullptr, size);
    if (!bytes)
        return nullptr;
    const Py_ssize_t count = receive(descriptor, PyBytes_AS_STRING(bytes), size);
    if (count < 0)
        Py_CLEAR(bytes);
    else if (count < size)
        _PyBytes_Resize(&bytes, count);
    return bytes;
}

} // namespace

PyObject *receive(SocketOperation &operation)
{
    static PyObject *const name = PyUnicode_InternFromString("recv");
    PyObject *argument = operation.arguments[0];
    if (operation.isPlain && PyLong_CheckExact(argument)) {
        const Py_ssize_t size = PyLong_AsSsize_t(argument);
        if (size >= 0)
            return receiveBytes(operation.descriptor, size);
        PyErr_Clear();
    }
    return callMethod(operation, name, argument);
}

PyObject *receiveInto(SocketOperation &operation)
{
    static PyObject *const name = PyUnicode_InternFromString("recv_into");
    PyObject *target = operation.arguments[0];
    Py_buffer buffer;
    if (operation.isPlain && PyObject_GetBuffer(target, &buffer, PyBUF_WRITABLE) == 0) {
        const Py_ssize_t count = receive(operation.descriptor, buffer.buf, buffer.len);
        PyBuffer_Release(&buffer);
        return count < 0 ? nullptr : PyLong_FromSsize_t(count);
    }
    PyErr_Clear();
    return callMethod(operation, name, target);
}

PyObject *receiveFrom(SocketOperation &operation)
{
    static PyObject *const name = PyUnicode_InternFromString("recvfrom");
    return callMethod(operation, name, operation.arguments[0]);
}

PyObject *receiveFromInto(SocketOperation &operation)
{
    static PyObject *const name = PyUnicode_InternFromString("recvfrom_into");
    PyObject *&size = operation.arguments[1];
    const int given = size ? PyObject_IsTrue(size) : 0;
    if (given == 0) {
        const Py_ssize_t length = PyObject_Size(operation.arguments[0]);
        Py_XSETREF(size, length < 0 ? nullptr : PyLong_FromSsize_t(length));
    }
    if (given < 0 || !size)
        return nullptr;
    return callMethod(operation, name, operation.arguments[0], size);
}

} // namespace QtAsyncio::SocketAttempts
