// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// From the kernel to the protocol: for each report one system call, and one call of the protocol.

#include "gil.h"
#include "streamtransport.h"

#include <array>
#include <cerrno>

#include <sys/socket.h>
#include <unistd.h>

namespace QtAsyncio {

namespace {

/// As much as asyncio asks for at once.
constexpr std::size_t LargestPiece = 256 * 1024;

/// Everything comes here first, as its size is not known before. It is empty again when the
/// protocol is called, so that all transports of a thread can share it.
thread_local std::array<char, LargestPiece> s_received;

} // namespace

bool StreamTransport::setProtocol(PyObject *protocol)
{
    PyObject *protocols = PyImport_ImportModule("asyncio.protocols");
    PyObject *buffered =
            protocols ? PyObject_GetAttrString(protocols, "BufferedProtocol") : nullptr;
    const int isBuffered = buffered ? PyObject_IsInstance(protocol, buffered) : -1;
    Py_XDECREF(protocols);
    Py_XDECREF(buffered);
    if (isBuffered < 0)
        return false;
    m_isProtocolBuffered = isBuffered;
    return Transport::setProtocol(protocol);
}

/// The writing end of a pipe is readable when its other end is closed.
bool StreamTransport::readReady()
{
    if (m_file == File::WritePipe)
        return readEnd();
    return m_isProtocolBuffered ? receiveIntoBuffer() : receive();
}

/// Never blocks a socket. A pipe may have been made blocking by another process that has it too:
/// then this thread waits alone.
ssize_t StreamTransport::read(void *data, std::size_t size) const
{
    const int descriptor = m_openFile.descriptor();
    if (m_file == File::Socket)
        return ::recv(descriptor, data, size, MSG_DONTWAIT);
    return withoutGil([=] { return ::read(descriptor, data, size); });
}

bool StreamTransport::receive()
{
    static PyObject *const dataReceived = PyUnicode_InternFromString("data_received");
    const ssize_t count = read(s_received.data(), s_received.size());
    if (count <= 0)
        return receivedNothing(count);
    PyObject *data = PyBytes_FromStringAndSize(s_received.data(), count);
    if (!data)
        return false;
    const bool taken = callProtocol(dataReceived, data);
    Py_DECREF(data);
    return taken || protocolFailed("data_received");
}

bool StreamTransport::receiveIntoBuffer()
{
    static PyObject *const bufferUpdated = PyUnicode_InternFromString("buffer_updated");
    static PyObject *const readFailed = PyUnicode_InternFromString("_read_failed");
    PyObject *buffer = askForBuffer();
    if (!buffer)
        return protocolFailed("get_buffer");
    Py_buffer view;
    const bool writable = PyObject_GetBuffer(buffer, &view, PyBUF_WRITABLE) == 0;
    Py_DECREF(buffer);
    if (!writable)
        return handOver(readFailed);
    if (!m_state.loop) { // closed in an event loop of get_buffer()'s
        PyBuffer_Release(&view);
        return true;
    }
    const ssize_t count = read(view.buf, std::size_t(view.len));
    const int error = errno;
    PyBuffer_Release(&view); // which may be Python's, from 3.12 on
    errno = error;
    if (count <= 0)
        return receivedNothing(count);
    PyObject *size = PyLong_FromSsize_t(count);
    const bool taken = size && callProtocol(bufferUpdated, size);
    Py_XDECREF(size);
    return taken || protocolFailed("buffer_updated");
}

/// What the protocol wants to be filled; null with a Python error set.
PyObject *StreamTransport::askForBuffer()
{
    static PyObject *const getBuffer = PyUnicode_InternFromString("get_buffer");
    static PyObject *const anySize = PyLong_FromLong(-1);
    PyObject *protocol = Py_NewRef(m_state.protocol); // it may set another one
    PyObject *buffer = PyObject_CallMethodOneArg(protocol, getBuffer, anySize);
    Py_DECREF(protocol);
    const Py_ssize_t size = buffer ? PyObject_Size(buffer) : -1;
    if (size == 0)
        PyErr_SetString(PyExc_RuntimeError, "get_buffer() returned an empty buffer");
    if (size <= 0)
        Py_CLEAR(buffer);
    return buffer;
}

/// The end of the stream, or an error; or there was nothing to read after all.
bool StreamTransport::receivedNothing(ssize_t count)
{
    static PyObject *const readFailed = PyUnicode_InternFromString("_read_failed");
    return count == 0 ? readEnd() : handOverErrno(readFailed);
}

bool StreamTransport::readEnd()
{
    static PyObject *const readEnd = PyUnicode_InternFromString("_read_end");
    return callSelf(readEnd);
}

bool StreamTransport::protocolFailed(const char *method)
{
    static PyObject *const protocolFailed = PyUnicode_InternFromString("_protocol_failed");
    return handOver(protocolFailed, method);
}

} // namespace QtAsyncio
