// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "debugwatch.h"

namespace QtAsyncio {

namespace {

constexpr const char *CurrentHandle = "_current_handle"; // asyncio.BaseEventLoop's name for it

bool reportIfSlow(PyObject *loop, PyObject *handle, Duration elapsed)
{
    const double seconds = std::chrono::duration<double>(elapsed).count();
    PyObject *module = PyImport_ImportModule("QtAsyncio._callbacks");
    PyObject *result = module
            ? PyObject_CallMethod(module, "report_slow", "OOd", loop, handle, seconds)
            : nullptr;
    Py_XDECREF(module);
    Py_XDECREF(result);
    return result;
}

} // namespace

DebugWatch::DebugWatch(PyObject *loop, PyObject *handle)
    : m_loop(loop),
      m_handle(Py_NewRef(handle)),
      m_outer(PyObject_GetAttrString(loop, CurrentHandle)),
      m_begin(Clock::now())
{
    if (!m_outer || PyObject_SetAttrString(loop, CurrentHandle, handle) < 0)
        PyErr_WriteUnraisable(loop);
}

bool DebugWatch::finish()
{
    return reportIfSlow(m_loop, m_handle, Clock::now() - m_begin);
}

DebugWatch::~DebugWatch()
{
    if (PyObject_SetAttrString(m_loop, CurrentHandle, m_outer ? m_outer : Py_None) < 0)
        PyErr_WriteUnraisable(m_loop);
    Py_XDECREF(m_outer);
    Py_DECREF(m_handle);
}

} // namespace QtAsyncio
