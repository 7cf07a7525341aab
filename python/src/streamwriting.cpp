// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// From the program to the kernel: at once if it takes it, else when the descriptor is writable.

#include "bufferview.h"
#include "gil.h"
#include "ref.h"
#include "streamtransport.h"
#include "wouldblock.h"

#include <algorithm>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace QtAsyncio {

namespace {

/// All of them or, with a Python error set, none.
bool collect(PyObject *lines, WriteBuffer &pieces)
{
    const Ref items(PySequence_Fast(lines, "writelines() argument must be an iterable"));
    bool taken = bool(items);
    for (Py_ssize_t i = 0; taken && i < PySequence_Fast_GET_SIZE(items.get()); ++i) {
        // From Python 3.12 on asking for its contents may be a call, which may change the list.
        const Ref item(Py_NewRef(PySequence_Fast_GET_ITEM(items.get(), i)));
        BufferView piece(item.get());
        // A view that holds nothing may have a shape that cannot be opened.
        const int filled = PyMemoryView_Check(item.get()) ? piece.isFilled() : 1;
        taken = filled == 0 || (filled > 0 && piece.open() && pieces.append(piece, 0));
    }
    return taken;
}

} // namespace

/// A small write goes at once. A socket that is not TCP's refuses, and has nothing to switch off.
bool StreamTransport::open(PyObject *loop, PyObject *file, int descriptor, PyObject *protocol)
{
    const int on = 1;
    if (m_file == File::Socket)
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return Transport::open(loop, file, descriptor, protocol);
}

bool StreamTransport::write(PyObject *data)
{
    BufferView piece(data);
    if (!piece.checkType() || !checkMayWrite("write"))
        return false;
    const int filled = piece.isFilled();
    if (filled <= 0)
        return filled == 0;
    if (isBeyondWriting())
        return writtenBeyond();
    if (!piece.open())
        return writeFailed();
    const Py_ssize_t sent = m_buffer.isEmpty() ? sendAtOnce(piece) : 0;
    if (sent < 0)
        return writeFailed();
    return sent == piece.size() || (m_buffer.append(piece, sent) && waitWithBuffer());
}

/// How much of it; below zero with a Python error set.
Py_ssize_t StreamTransport::sendAtOnce(const BufferView &piece)
{
    const ssize_t sent = send(piece.data(), std::size_t(piece.size()));
    if (sent >= 0 || WouldBlock::saysErrno())
        return std::max<ssize_t>(sent, 0);
    PyErr_SetFromErrno(PyExc_OSError);
    return -1;
}

bool StreamTransport::writeLines(PyObject *lines)
{
    WriteBuffer pieces;
    if (!checkMayWrite("writelines") || !collect(lines, pieces))
        return false;
    if (pieces.isEmpty())
        return true;
    if (isBeyondWriting())
        return writtenBeyond();
    const bool atOnce = m_buffer.isEmpty();
    m_buffer.append(std::move(pieces));
    if (atOnce && !sendBuffer())
        return writeFailed();
    return m_buffer.isEmpty() || waitWithBuffer();
}

bool StreamTransport::writeReady()
{
    if (!sendBuffer())
        return writeFailed();
    if (!maybeResumeProtocol()) // which may write
        return false;
    if (!m_buffer.isEmpty() || !isWatched(Write))
        return true;
    return stopWriting() && drained();
}

bool StreamTransport::checkMayWrite(const char *function) const
{
    if (m_state.endWritten)
        PyErr_Format(PyExc_RuntimeError, "Cannot call %s() after write_eof()", function);
    else if (hasEmptyWaiter())
        PyErr_Format(PyExc_RuntimeError, "unable to %s; sendfile is in progress", function);
    else
        return true;
    return false;
}

/// After it is closed a pipe takes no more, a socket goes on until its buffer is empty.
bool StreamTransport::isBeyondWriting() const noexcept
{
    return m_state.lost || (m_state.closing && m_file == File::WritePipe);
}

/// A peer that has gone is an error, not the signal SIGPIPE, which a host may not ignore. A socket
/// never blocks; as to pipes see read().
ssize_t StreamTransport::send(const void *data, std::size_t size) const
{
    const int descriptor = m_openFile.descriptor();
    if (m_file == File::Socket)
        return ::send(descriptor, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    return withoutGil([=] { return ::write(descriptor, data, size); });
}

ssize_t StreamTransport::send(std::span<iovec> vectors) const
{
    const int descriptor = m_openFile.descriptor();
    if (m_file == File::WritePipe)
        return withoutGil(
                [=] { return ::writev(descriptor, vectors.data(), int(vectors.size())); });
    msghdr message{ };
    message.msg_iov = vectors.data();
    message.msg_iovlen = vectors.size();
    return ::sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/// Sends what the kernel takes. False if that failed, with the Python error set.
bool StreamTransport::sendBuffer()
{
    while (!m_buffer.isEmpty()) {
        const std::span<iovec> vectors = m_buffer.vectors();
        const ssize_t count = send(vectors);
        if (count < 0)
            return WouldBlock::saysErrno() || PyErr_SetFromErrno(PyExc_OSError);
        m_buffer.consume(count);
        if (vectors.size() < WriteBuffer::VectorsPerCall)
            break; // it was offered all
    }
    return true;
}

/// Somebody may have waited until all is sent: close(), write_eof() or sendfile().
bool StreamTransport::drained()
{
    static PyObject *const drained = PyUnicode_InternFromString("_drained");
    const bool expected = m_state.closing || m_state.endWritten || hasEmptyWaiter();
    return !expected || callSelf(drained);
}

bool StreamTransport::writeFailed()
{
    static PyObject *const writeFailed = PyUnicode_InternFromString("_write_failed");
    return handOver(writeFailed);
}

} // namespace QtAsyncio
