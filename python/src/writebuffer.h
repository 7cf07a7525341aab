// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "bufferview.h"

#include <Python.h>

#include <span>
#include <vector>

#include <sys/uio.h>

namespace QtAsyncio {

/// What a stream transport could not send at once, in the order in which it was written.
///
/// Bytes objects are kept, not copied: they do not change. Anything else is copied, for its owner
/// may go on to use it. Needs the GIL.
class WriteBuffer final
{
public:
    /// The kernel takes 1,024 at most (IOV_MAX); 64 small chunks are a segment, large ones fill it.
    static constexpr std::size_t VectorsPerCall = 64;

    WriteBuffer() = default;
    ~WriteBuffer() { clear(); }
    WriteBuffer(const WriteBuffer &) = delete;
    WriteBuffer &operator=(const WriteBuffer &) = delete;

    bool isEmpty() const noexcept { return m_size == 0; }
    Py_ssize_t size() const noexcept { return m_size; }

    /// Appends what is left of \a data after \a sent bytes of it. False with MemoryError set.
    bool append(const BufferView &data, Py_ssize_t sent);
    /// Appends all that is in the other one.
    void append(WriteBuffer &&other);
    /// The beginning of the buffer for one system call; valid until the buffer changes.
    std::span<iovec> vectors();
    /// That many bytes are sent.
    void consume(Py_ssize_t count);
    void clear();
    /// A new bytes object with all of it.
    PyObject *toBytes();

private:
    struct Chunk
    {
        PyObject *bytes; // owned
        Py_ssize_t sent;

        char *begin() const noexcept { return PyBytes_AS_STRING(bytes) + sent; }
        Py_ssize_t size() const noexcept { return PyBytes_GET_SIZE(bytes) - sent; }
    };

    void forgetSent();
    std::span<Chunk> waiting() noexcept { return std::span(m_chunks).subspan(m_first); }

    std::vector<Chunk> m_chunks; // none is empty
    std::size_t m_first = 0; // those before it are sent
    Py_ssize_t m_size = 0;
};

} // namespace QtAsyncio
