// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

namespace QtAsyncio {

/// Makes a loop the running one while it lives, unless it is already.
///
/// A loop that is served without being run is not the thread's running loop, and another one may
/// be: then each run of its callbacks is a turn. So is each run of a loop that is run, where a
/// callback of another loop has opened a Qt event loop. The turn holds a reference: callbacks may
/// end the service of their loop and drop what refers to it. With the GIL held.
class Turn final
{
public:
    /// Does nothing unless \a served, or several loops take turns in the process. If the handler of
    /// a signal raises an exception, it is the Python error that is set then, and there is no turn.
    Turn(PyObject *loop, bool served);
    ~Turn();
    Turn(const Turn &) = delete;
    Turn &operator=(const Turn &) = delete;

    /// Restores the state before an earlier turn instead, unless this one has its own. Takes over a
    /// reference.
    void restoreInstead(PyObject *former);

    /// From now on each run looks which loop is the running one. A program with one loop, which it
    /// runs, never asks.
    static void expectSeveralLoops() noexcept { s_severalLoops = true; }

private:
    void begin();
    PyObject *end();
    void deliver(PyObject *exception);

    inline static bool s_severalLoops = false; // in any thread; guarded by the GIL

    PyObject *const m_loop;
    PyObject *m_former = nullptr; // the state to restore; None if there is nothing to do
};

} // namespace QtAsyncio
