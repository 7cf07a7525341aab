// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

namespace QtAsyncio {

/// Hides the exception that the code below handles from the callbacks of a nested run.
///
/// A task may open a dialog in an `except` block. Exceptions of other tasks have nothing to do with
/// the one handled there, but Python would make it their __context__. Needs the GIL.
class ExceptionScope final
{
public:
    /// Does nothing unless \a nested.
    explicit ExceptionScope(bool nested) noexcept
        : m_thread(nested ? PyThreadState_Get() : nullptr)
    {
        if (!m_thread)
            return;
        m_former = m_thread->exc_info;
        m_thread->exc_info = &m_own;
    }

    ~ExceptionScope()
    {
        if (!m_thread)
            return;
        m_thread->exc_info = m_former;
        Py_XDECREF(m_own.exc_value); // None, once a callback has handled an exception
#if PY_VERSION_HEX < 0x030B0000
        Py_XDECREF(m_own.exc_type);
        Py_XDECREF(m_own.exc_traceback);
#endif
    }
    ExceptionScope(const ExceptionScope &) = delete;
    ExceptionScope &operator=(const ExceptionScope &) = delete;

private:
    PyThreadState *const m_thread;
    _PyErr_StackItem *m_former = nullptr;
    _PyErr_StackItem m_own{ };
};

} // namespace QtAsyncio
