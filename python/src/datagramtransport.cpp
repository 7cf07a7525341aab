// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "datagramtransport.h"
#include "ref.h"
#include "socketaddress.h"
#include "takeerror.h"
#include "wouldblock.h"

#include <array>
#include <cerrno>
#include <utility>

namespace QtAsyncio {

namespace {

/// No internet datagram is larger. Shared by all under the GIL, as what streams receive into.
std::array<char, 0x10000> s_received;

/// So many are received for one report at most, so that a flood leaves time for others.
constexpr int LargestBatch = 16;

#if PY_VERSION_HEX >= 0x030d0000
constexpr bool SendsEmpty = true;
constexpr Py_ssize_t Overhead = 8; // what asyncio counts for the header
#else
constexpr bool SendsEmpty = false;
constexpr Py_ssize_t Overhead = 0;
#endif

} // namespace

// ---- Life

/// The socket object, borrowed; null with a Python error set once it is gone.
PyObject *DatagramTransport::socket() const
{
    if (!m_openFile.object())
        PyErr_SetString(PyExc_ValueError, "the transport is not open");
    return m_openFile.object();
}

bool DatagramTransport::configure(PyObject *peer, bool connected)
{
    if (!socket())
        return false;
    PyObject *family = PyObject_GetAttrString(socket(), "family");
    m_family = family ? int(PyLong_AsLong(family)) : 0;
    Py_XDECREF(family);
    Py_XSETREF(m_peer, Py_NewRef(peer));
    m_connected = connected;
    return !PyErr_Occurred();
}

int DatagramTransport::traverse(visitproc visit, void *arg) const
{
    Py_VISIT(m_peer);
    for (const Datagram &datagram : m_queue)
        Py_VISIT(datagram.address);
    return Transport::traverse(visit, arg);
}

void DatagramTransport::clear()
{
    Py_CLEAR(m_peer);
    Transport::clear();
}

void DatagramTransport::clearBuffer()
{
    m_size = 0;
    std::list<Datagram> dropped; // dropping the references may call back
    dropped.swap(m_queue);
    for (const Datagram &datagram : dropped) {
        Py_DECREF(datagram.data);
        Py_DECREF(datagram.address);
    }
}

bool DatagramTransport::isInternet() const noexcept
{
    return m_family == AF_INET || m_family == AF_INET6;
}

// ---- Receiving

bool DatagramTransport::readReady()
{
    static PyObject *const readFailed = PyUnicode_InternFromString("_read_failed");
    for (int i = 0; i < LargestBatch && isWatched(Read) && !m_state.lost; ++i) {
        PyObject *datagram = isInternet() ? receive() : receiveByMethod();
        if (!datagram)
            return WouldBlock::tookError() || raised(readFailed);
        const bool delivered = deliver(datagram);
        Py_DECREF(datagram);
        if (!delivered)
            return false;
    }
    return true;
}

/// A pair of bytes and the sender's address; null with a Python error set.
PyObject *DatagramTransport::receive()
{
    SocketAddress sender;
    const ssize_t count = ::recvfrom(m_openFile.descriptor(), s_received.data(), s_received.size(),
                                     0, sender.data(), sender.room());
    if (count < 0)
        return PyErr_SetFromErrno(PyExc_OSError);
    PyObject *data = PyBytes_FromStringAndSize(s_received.data(), count);
    PyObject *address = sender.toPython();
    PyObject *datagram = data && address ? PyTuple_Pack(2, data, address) : nullptr;
    Py_XDECREF(data);
    Py_XDECREF(address);
    return datagram;
}

PyObject *DatagramTransport::receiveByMethod()
{
    return socket() ? PyObject_CallMethod(socket(), "recvfrom", "i", 256 * 1024) // as asyncio
                    : nullptr;
}

bool DatagramTransport::deliver(PyObject *datagram)
{
    static PyObject *const datagramReceived = PyUnicode_InternFromString("datagram_received");
    PyObject *protocol = Py_NewRef(m_state.protocol);
    PyObject *const arguments[] = { protocol, PyTuple_GET_ITEM(datagram, 0),
                                    PyTuple_GET_ITEM(datagram, 1) };
    PyObject *result = PyObject_VectorcallMethod(datagramReceived, arguments, 3, nullptr);
    Py_DECREF(protocol);
    Py_XDECREF(result);
    return result;
}

// ---- Sending

bool DatagramTransport::sendTo(PyObject *data, PyObject *address)
{
    BufferView view(data);
    if (!view.checkType())
        return false;
    if (!SendsEmpty) {
        const int filled = view.isFilled();
        if (filled <= 0)
            return filled == 0;
    }
    address = checkAddress(address);
    if (!address)
        return false;
    if (m_state.lost && (hasPeer() || !m_state.loop))
        return writtenBeyond();
    return view.open() ? sendOrEnqueue(view, address) : sendFailed();
}

bool DatagramTransport::sendOrEnqueue(const BufferView &data, PyObject *address)
{
    if (!m_queue.empty())
        return enqueue(data.object(), address);
    if (send(data, address))
        return true;
    return WouldBlock::tookError() ? waitUntilWritable() && enqueue(data.object(), address)
                                   : sendFailed();
}

/// The address to send to, borrowed; null with asyncio's error set.
PyObject *DatagramTransport::checkAddress(PyObject *address) const
{
    if (!hasPeer())
        return address;
    const int equal = address == Py_None ? 1 : PyObject_RichCompareBool(address, m_peer, Py_EQ);
    if (equal == 0)
        PyErr_Format(PyExc_ValueError, "Invalid address: must be None or %S", m_peer);
    return equal > 0 ? m_peer : nullptr;
}

/// False with a Python error set, a BlockingIOError if it has to wait.
bool DatagramTransport::send(const BufferView &data, PyObject *address)
{
    SocketAddress to;
    const bool known = m_connected || (isInternet() && to.fromPython(address, m_family));
    if (!known)
        return sendByMethod(data.object(), address);
    const ssize_t sent = ::sendto(m_openFile.descriptor(), data.data(), std::size_t(data.size()),
                                  MSG_NOSIGNAL, m_connected ? nullptr : to.data(), to.size());
    return sent >= 0 || PyErr_SetFromErrno(PyExc_OSError);
}

bool DatagramTransport::sendByMethod(PyObject *data, PyObject *address)
{
    PyObject *sent =
            socket() ? PyObject_CallMethod(socket(), "sendto", "OO", data, address) : nullptr;
    Py_XDECREF(sent);
    return sent;
}

bool DatagramTransport::enqueue(PyObject *data, PyObject *address)
{
    Ref bytes(PyBytes_FromObject(data)); // the program may go on to use it
    if (!bytes)
        return false;
    m_queue.push_back({ bytes.get(), address });
    m_size += PyBytes_GET_SIZE(bytes.release()) + Overhead;
    Py_INCREF(address);
    return maybePauseProtocol();
}

bool DatagramTransport::writeReady()
{
    while (!m_queue.empty()) {
        // Out of the queue during the call: a method of the socket may call back and clear it.
        std::list<Datagram> first;
        first.splice(first.begin(), m_queue, m_queue.begin());
        const Datagram datagram = first.front();
        BufferView view(datagram.data);
        m_size -= PyBytes_GET_SIZE(datagram.data) + Overhead;
        const bool sent = view.open() && send(view, datagram.address);
        if (!sent && WouldBlock::tookError()) {
            m_queue.splice(m_queue.begin(), first);
            m_size += PyBytes_GET_SIZE(datagram.data) + Overhead;
            break;
        }
        Py_DECREF(datagram.address);
        Py_DECREF(datagram.data);
        if (!sent)
            return sendFailed();
    }
    return maybeResumeProtocol() && finishWriting();
}

/// The protocol may have sent more, or closed it, when it was resumed.
bool DatagramTransport::finishWriting()
{
    static PyObject *const drained = PyUnicode_InternFromString("_drained");
    if (!m_queue.empty() || !isWatched(Write))
        return true;
    return stopWriting() && (!m_state.closing || callSelf(drained));
}

bool DatagramTransport::sendFailed()
{
    static PyObject *const writeFailed = PyUnicode_InternFromString("_write_failed");
    return raised(writeFailed);
}

/// An OSError is the protocol's to hear of; others end the connection.
bool DatagramTransport::raised(PyObject *method)
{
    static PyObject *const errorReceived = PyUnicode_InternFromString("error_received");
    if (!errorIs(PyExc_OSError, PyExc_OSError))
        return handOver(method);
    PyObject *error = takeError();
    const bool heard = isEntered() ? callProtocolSoon(errorReceived, error)
                                   : callProtocol(errorReceived, error);
    Py_DECREF(error);
    return heard;
}

} // namespace QtAsyncio
