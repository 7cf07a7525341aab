// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

#include <atomic>
#include <mutex>
#include <utility>
#include <vector>

namespace QtAsyncio {

/// Handles from other threads, in the order in which they came.
///
/// The lock is a leaf: nothing is called and no reference is counted under it, so that a
/// destructor or a signal handler that comes here while it is held cannot be.
class Inbox final
{
public:
    bool isEmpty() const noexcept { return !m_filled.load(std::memory_order_acquire); }

    /// Takes over a reference. Returns how many handles are in the box now: after the first one the
    /// caller has to wake up the owner.
    [[nodiscard]] std::size_t put(PyObject *handle)
    {
        const std::lock_guard lock(m_mutex);
        m_handles.push_back(handle);
        m_filled.store(true, std::memory_order_release);
        return m_handles.size();
    }

    std::size_t size()
    {
        const std::lock_guard lock(m_mutex);
        return m_handles.size();
    }

    std::vector<PyObject *> takeAll() noexcept
    {
        const std::lock_guard lock(m_mutex);
        m_filled.store(false, std::memory_order_release);
        return std::exchange(m_handles, { });
    }

private:
    std::mutex m_mutex;
    std::vector<PyObject *> m_handles;
    std::atomic<bool> m_filled = false;
};

} // namespace QtAsyncio
