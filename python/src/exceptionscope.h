// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

namespace QtAsyncio {

/// Hides the exception that the code below a run handles from the callbacks of the run.
///
/// A task or a slot may open a dialog in an `except` block. The callbacks that run in the dialog have
/// nothing to do with the exception handled there, but Python would make it the __context__ of
/// theirs. Needs the GIL.
class ExceptionScope final
{
public:
    /// The exception that the thread handles, borrowed, or null.
    static PyObject *handled() noexcept
    {
        const _PyErr_StackItem *item = PyThreadState_Get()->exc_info;
        while (isEmpty(*item) && item->previous_item)
            item = item->previous_item;
        return isEmpty(*item) ? nullptr : item->exc_value;
    }

    /// Does nothing if the thread handles only \a visible, which is compared and not accessed.
    explicit ExceptionScope(const PyObject *visible) noexcept
        : m_thread(handled() == visible ? nullptr : PyThreadState_Get())
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
    static bool isEmpty(const _PyErr_StackItem &item) noexcept
    {
        return !item.exc_value || item.exc_value == Py_None;
    }

    PyThreadState *const m_thread;
    _PyErr_StackItem *m_former = nullptr;
    _PyErr_StackItem m_own{ };
};

} // namespace QtAsyncio
