// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "cancellation.h"

#include <Python.h>

#include <unistd.h>

#include <atomic>

namespace QtAsyncio {

/// Whether this interpreter was ever seen complete. Until the module `site` has run, from Python
/// 3.15 on, Py_IsInitialized() says no, but `sitecustomize` may run a program.
inline std::atomic<bool> wasInitialized = false;

/// Whether there is an interpreter, complete or not.
inline bool hasInterpreter() noexcept
{
    if (!Py_IsInitialized())
        return !wasInitialized.load(std::memory_order_relaxed);
    if (!wasInitialized.load(std::memory_order_relaxed))
        wasInitialized.store(true, std::memory_order_relaxed);
    return true;
}

/// Whether the interpreter's end has begun: no thread but the one that ends it gets the GIL again.
inline bool isInterpreterEnding() noexcept
{
#if PY_VERSION_HEX >= 0x030D0000
    const bool isFinalizing = Py_IsFinalizing();
#else
    const bool isFinalizing = _Py_IsFinalizing();
#endif
    return isFinalizing || !hasInterpreter();
}

/// Whether this thread holds the GIL. PyGILState_Check() cannot tell in a process that has had a
/// sub-interpreter: there it is always true.
inline bool holdsGil() noexcept
{
#if PY_VERSION_HEX >= 0x030D0000
    const PyThreadState *current = PyThreadState_GetUnchecked();
#else
    const PyThreadState *current =
            _PyThreadState_UncheckedGet(); // from Python 3.12 on the thread's
#endif
    return current && current == PyGILState_GetThisThreadState();
}

/// The thread that ends the interpreter: it alone gets the GIL again then, and may still call us.
inline std::atomic<unsigned long> endingThread = 0;

/// Keeps a thread, as a daemon's, that outlives the interpreter: it does not get the GIL again.
///
/// The interpreter's end may begin right after the look; unwinding.cpp keeps the thread then.
inline void stayIfInterpreterIsGone() noexcept
{
    while (!hasInterpreter() && endingThread.load() != PyThread_get_thread_ident())
        ::pause();
}

/// Holds the GIL while it lives, whether this thread held it before or not.
///
/// The thread cannot be cancelled then, nor while it waits for the GIL: the interpreter's frames do
/// not expect that, and would keep the lock.
class GilHolder final
{
public:
    GilHolder()
        : m_state(ensure())
    {
    }
    ~GilHolder() { PyGILState_Release(m_state); }
    GilHolder(const GilHolder &) = delete;
    GilHolder &operator=(const GilHolder &) = delete;

private:
    static PyGILState_STATE ensure()
    {
        stayIfInterpreterIsGone();
        return PyGILState_Ensure();
    }

    CancellationGuard m_guard;
    PyGILState_STATE m_state;
};

/// Calls a function that may block, while other threads may run Python. errno is the function's.
template <typename Function> auto withoutGil(Function function)
{
    PyThreadState *state = PyEval_SaveThread();
    const auto result = function();
    stayIfInterpreterIsGone();
    PyEval_RestoreThread(state);
    return result;
}

} // namespace QtAsyncio
