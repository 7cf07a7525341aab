// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

namespace QtAsyncio::Handles {

/// Holds the lock of a handle while it lives.
///
/// cancel() and cancelled() in other threads wait while the callback runs, as asyncio's do: when
/// they return, the callback has run to its end or will never run. The lock may be entered again
/// by the thread that holds it, as in a callback that cancels its own handle. With the GIL held,
/// which is released while the lock is waited for.
class HandleLock final
{
public:
    explicit HandleLock(PyObject *handle);
    ~HandleLock();
    HandleLock(const HandleLock &) = delete;
    HandleLock &operator=(const HandleLock &) = delete;

    /// False with a Python error set: the handler of a signal has raised it during the wait.
    bool isHeld() const noexcept { return m_held; }

    /// Gives a new handle its lock; false with a Python error set.
    static bool addTo(PyObject *handle);
    /// Looks up what locks are made of; false with a Python error set.
    static bool initialize();

private:
    PyObject *m_lock; // null once the garbage collector has been here
    bool m_held;
};

/// The methods of the type, which hold the lock.
extern PyMethodDef s_threadSafeMethods[];

} // namespace QtAsyncio::Handles
