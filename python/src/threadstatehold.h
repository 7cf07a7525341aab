// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

#include <cstdint>
#include <utility>

namespace QtAsyncio {

/// Keeps what Python knows of a thread from one slot to the next: its running loop above all.
///
/// In a thread that Qt has started and whose exec() runs, a binding makes a thread state for each
/// call into Python, which goes with the call. This counts as one more call. It is to be ended in
/// the same thread; where that has ended before, the state remains until the interpreter goes.
/// All with the GIL.
class ThreadStateHold final
{
public:
    void begin()
    {
        if (m_thread)
            return;
        PyGILState_Ensure();
        m_thread = PyThreadState_GetID(PyThreadState_Get());
    }

    /// Nothing happens in another thread, whose state is not the one that was kept.
    void end()
    {
        const std::uint64_t kept = std::exchange(m_thread, 0);
        if (kept && kept == PyThreadState_GetID(PyThreadState_Get()))
            PyGILState_Release(PyGILState_LOCKED); // the caller has the GIL by a call of its own
    }

private:
    std::uint64_t m_thread = 0;
};

} // namespace QtAsyncio
