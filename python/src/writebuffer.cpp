// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "writebuffer.h"
#include "ref.h"

#include <algorithm>
#include <array>

namespace QtAsyncio {

namespace {

thread_local std::array<iovec, WriteBuffer::VectorsPerCall> s_vectors; // used within one call

} // namespace

bool WriteBuffer::append(const BufferView &data, Py_ssize_t sent)
{
    if (data.size() == sent)
        return true;
    const bool keeps = PyBytes_CheckExact(data.object());
    Ref bytes(keeps ? Py_NewRef(data.object())
                    : PyBytes_FromStringAndSize(data.data() + sent, data.size() - sent));
    if (!bytes)
        return false;
    m_chunks.push_back({ bytes.get(), keeps ? sent : 0 });
    m_size += m_chunks.back().size();
    static_cast<void>(bytes.release()); // the chunk owns it
    return true;
}

void WriteBuffer::append(WriteBuffer &&other)
{
    const std::span<Chunk> chunks = other.waiting();
    m_chunks.insert(m_chunks.end(), chunks.begin(), chunks.end());
    m_size += other.m_size;
    other.m_chunks.clear();
    other.m_first = 0;
    other.m_size = 0;
}

std::span<iovec> WriteBuffer::vectors()
{
    const std::span<Chunk> chunks = waiting();
    const std::size_t count = std::min(chunks.size(), s_vectors.size());
    for (std::size_t i = 0; i < count; ++i)
        s_vectors[i] = { chunks[i].begin(), std::size_t(chunks[i].size()) };
    return std::span(s_vectors).first(count);
}

void WriteBuffer::consume(Py_ssize_t count)
{
    m_size -= count;
    while (count > 0) {
        Chunk &first = m_chunks[m_first];
        const Py_ssize_t taken = std::min(count, first.size());
        first.sent += taken;
        count -= taken;
        if (first.size() == 0) {
            Py_DECREF(first.bytes);
            ++m_first;
        }
    }
    forgetSent();
}

/// Now and then: the room of sent chunks is used again once it is half of all.
void WriteBuffer::forgetSent()
{
    if (m_size == 0)
        m_chunks.clear();
    else if (m_first < m_chunks.size() / 2)
        return;
    else
        m_chunks.erase(m_chunks.begin(), m_chunks.begin() + std::ptrdiff_t(m_first));
    m_first = 0;
}

void WriteBuffer::clear()
{
    for (const Chunk &chunk : waiting())
        Py_DECREF(chunk.bytes);
    m_chunks.clear();
    m_first = 0;
    m_size = 0;
}

PyObject *WriteBuffer::toBytes()
{
    PyObject *bytes = PyBytes_FromStringAndSize(nullptr, m_size);
    if (!bytes)
        return nullptr;
    char *end = PyBytes_AS_STRING(bytes);
    for (const Chunk &chunk : waiting())
        end = std::copy_n(chunk.begin(), chunk.size(), end);
    return bytes;
}

} // namespace QtAsyncio
