// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "gil.h"

#include <Python.h>

#include <cstdint>
#include <utility>

namespace QtAsyncio {

/// Keeps what Python knows of a thread from one slot to the next: its running loop above all.
///
/// In a thread that Qt has started and whose exec() runs, a binding makes a thread state for each
/// call into Python, which goes with the call. This counts as one more call.
/// All with the GIL, but for deleteLost().
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

    /// The caller has the GIL by a call of its own. In another thread than that of begin() the
    /// state remains until the interpreter goes.
    void end()
    {
        const std::uint64_t kept = std::exchange(m_thread, 0);
        if (kept && kept == PyThreadState_GetID(PyThreadState_Get()))
            PyGILState_Release(PyGILState_LOCKED);
    }

    /// As end(), in a thread that may be about to end. Returns a state for deleteLost(), or null.
    ///
    /// pthread_exit() may have taken the state from the thread before it destroyed the dispatcher.
    /// Python neither finds the state then nor deletes it: faulthandler of Python 3.14 reads it,
    /// and with it what was the thread.
    [[nodiscard]] PyThreadState *endWithThread()
    {
        PyThreadState *lost = findLost();
        if (lost)
            PyThreadState_Clear(lost); // may call Python, with this call's state
        end();
        return lost;
    }

    /// Without the GIL, in the thread that has lost the state.
    static void deleteLost(PyThreadState *lost)
    {
        if (!lost)
            return;
        stayIfInterpreterIsGone(); // which has deleted it
        PyEval_RestoreThread(lost);
        PyThreadState_DeleteCurrent();
    }

private:
    /// Returns the state kept if it is this thread's, and the thread has got another one since.
    PyThreadState *findLost() const
    {
        const PyThreadState *current = PyThreadState_Get();
        PyThreadState *state = PyInterpreterState_ThreadHead(PyInterpreterState_Get());
        while (state && (!m_thread || PyThreadState_GetID(state) != m_thread))
            state = PyThreadState_Next(state);
        const bool isOfThread = state && state->thread_id == current->thread_id;
        return isOfThread && state != current ? state : nullptr;
    }

    std::uint64_t m_thread = 0; // the state's number, or 0
};

} // namespace QtAsyncio
