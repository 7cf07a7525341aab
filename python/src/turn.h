// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

namespace QtAsyncio {

/// Makes a loop the running one while it lives, if nobody has done so.
///
/// A loop that is served without being run is not the thread's running loop, and another one may
/// be: then each run of its callbacks is a turn. Nor does a caller's frame hold it: its callbacks
/// may end the service and drop what refers to it, so a turn does. With the GIL held.
class Turn final
{
public:
    /// Does nothing unless \a served. If the handler of a signal raises an exception, it is the
    /// Python error that is set then, and there is no turn.
    Turn(PyObject *loop, bool served);
    ~Turn();
    Turn(const Turn &) = delete;
    Turn &operator=(const Turn &) = delete;

private:
    void begin();
    PyObject *end();
    void deliver(PyObject *exception);

    PyObject *const m_loop;
    PyObject *m_former = nullptr; // the state to restore; None if there is nothing to do
};

} // namespace QtAsyncio
