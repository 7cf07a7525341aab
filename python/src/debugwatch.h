// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "clock.h"

#include <Python.h>

namespace QtAsyncio {

/// asyncio's debug mode, around one callback: says which handle runs, and logs a slow one.
class DebugWatch final
{
public:
    DebugWatch(PyObject *loop, PyObject *handle);
    ~DebugWatch();
    DebugWatch(const DebugWatch &) = delete;
    DebugWatch &operator=(const DebugWatch &) = delete;

    /// The callback has returned. False with a Python error set: a signal's handler has raised.
    [[nodiscard]] bool finish();

private:
    PyObject *m_loop;
    PyObject *m_handle;
    PyObject *m_outer; // the handle that runs in an outer iteration, or None
    TimePoint m_begin;
};

} // namespace QtAsyncio
