// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "transport.h"
#include "writebuffer.h"

#include <span>

namespace QtAsyncio {

/// A transport of bytes in order: a socket, or one end of a pipe.
class StreamTransport final : public Transport
{
public:
    enum class File { Socket, ReadPipe, WritePipe };

    StreamTransport(PyObject *self, State &state, File file) noexcept
        : Transport(self, state),
          m_file(file)
    {
    }

    bool open(PyObject *loop, PyObject *file, int descriptor, PyObject *protocol) override;
    bool setProtocol(PyObject *protocol) override;
    Py_ssize_t bufferSize() const noexcept override { return m_buffer.size(); }
    PyObject *bufferedBytes() { return m_buffer.toBytes(); }

    bool write(PyObject *data);
    bool writeLines(PyObject *lines);

protected:
    // streamreading.cpp
    bool readReady() override;
    // streamwriting.cpp
    bool writeReady() override;
    void clearBuffer() override { m_buffer.clear(); }

private:
    ssize_t read(void *data, std::size_t size) const;
    bool receive();
    bool receiveIntoBuffer();
    PyObject *askForBuffer();
    bool receivedNothing(ssize_t count);
    bool readEnd();
    bool protocolFailed(const char *method);

    bool checkMayWrite(const char *function) const;
    bool isBeyondWriting() const noexcept;
    ssize_t send(const void *data, std::size_t size) const;
    ssize_t send(std::span<iovec> vectors) const;
    Py_ssize_t sendAtOnce(const BufferView &piece);
    bool sendBuffer();
    bool waitWithBuffer() { return waitUntilWritable() && maybePauseProtocol(); }
    bool drained();
    bool writeFailed();

    const File m_file;
    bool m_isProtocolBuffered = false; // it is an asyncio.BufferedProtocol
    WriteBuffer m_buffer;
};

} // namespace QtAsyncio
