// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "tasksuspension.h"
#include "gil.h"

#include <pybind11/pybind11.h>

namespace py = pybind11;

namespace QtAsyncio {

namespace {

PyObject *s_currentTask = nullptr;
PyObject *s_enterTask = nullptr;
PyObject *s_leaveTask = nullptr;

/// Since Python 3.12 a task may take its first step where it is created, in a slot for instance. In
/// those before only handles and async slots make steps, and asking asyncio would be a tenth of an
/// iteration.
constexpr bool HasEagerTasks = PY_VERSION_HEX >= 0x030C0000;

void call(PyObject *function, PyObject *loop, PyObject *task)
{
    PyObject *const arguments[] = { loop, task };
    PyObject *result = PyObject_Vectorcall(function, arguments, 2, nullptr);
    if (!result)
        PyErr_WriteUnraisable(function);
    Py_XDECREF(result);
}

} // namespace

bool TaskSuspension::initialize()
{
    try {
        const auto tasks = py::module_::import("asyncio.tasks");
        s_currentTask = tasks.attr("current_task").cast<py::object>().release().ptr();
        s_enterTask = tasks.attr("_enter_task").cast<py::object>().release().ptr();
        s_leaveTask = tasks.attr("_leave_task").cast<py::object>().release().ptr();
        return true;
    } catch (py::error_already_set &error) {
        error.restore();
        return false;
    }
}

TaskSuspension::TaskSuspension(PyObject *loop, bool nested)
    : m_loop(loop)
{
    if (!nested && !HasEagerTasks && s_steps == 0)
        return;
    m_task = PyObject_Vectorcall(s_currentTask, &loop, 1, nullptr);
    if (m_task == Py_None)
        Py_CLEAR(m_task);
    else if (m_task)
        call(s_leaveTask, m_loop, m_task);
}

TaskSuspension::~TaskSuspension()
{
    stayIfInterpreterIsGone();
    if (!m_task)
        return;
    call(s_enterTask, m_loop, m_task);
    Py_DECREF(m_task);
}

} // namespace QtAsyncio
