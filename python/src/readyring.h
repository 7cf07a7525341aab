// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "poller.h"

#include <Python.h>

#include <bit>
#include <cstdint>
#include <vector>

namespace QtAsyncio {

/// A handle that is ready to run, and the descriptor it was made ready by.
struct ReadyHandle
{
    PyObject *handle = nullptr; // owned by whoever has the ReadyHandle
    int descriptor = -1;
    Interest interest = NoInterest;
};

/// First in, first out, in a ring that grows.
///
/// Places are numbered through: what was counted before a nested iteration means the same after it.
class ReadyRing final
{
public:
    ReadyRing()
        : m_places(InitialSize)
    {
    }

    bool isEmpty() const noexcept { return m_begin == m_end; }
    std::uint64_t begin() const noexcept { return m_begin; }
    std::uint64_t end() const noexcept { return m_end; }
    const ReadyHandle &at(std::uint64_t place) const noexcept { return m_places[index(place)]; }

    /// The next \a count pushes after this cannot fail.
    void makeRoom(std::size_t count = 1)
    {
        if (m_end - m_begin + count > m_places.size())
            grow(m_end - m_begin + count);
    }

    void push(ReadyHandle handle)
    {
        makeRoom();
        m_places[index(m_end++)] = handle;
    }

    ReadyHandle take() noexcept { return m_places[index(m_begin++)]; }

    /// Only for a ring whose places are not remembered elsewhere.
    ReadyHandle takeLast() noexcept { return m_places[index(--m_end)]; }

    /// Before all others: it was taken too early. So there is always a place before them.
    void putBack(ReadyHandle handle)
    {
        makeRoom();
        m_places[index(--m_begin)] = handle;
    }

private:
    static constexpr std::size_t InitialSize = 64; // a power of two, as all sizes

    std::size_t index(std::uint64_t place) const noexcept { return place & (m_places.size() - 1); }

    void grow(std::size_t size)
    {
        std::vector<ReadyHandle> places(std::bit_ceil(size));
        for (std::uint64_t place = m_begin; place != m_end; ++place)
            places[place & (places.size() - 1)] = at(place);
        m_places.swap(places);
    }

    std::vector<ReadyHandle> m_places;
    std::uint64_t m_begin = 0;
    std::uint64_t m_end = 0;
};

} // namespace QtAsyncio
