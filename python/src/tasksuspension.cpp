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
/// The current tasks, by loop, of asyncio's class in Python, which debuggers and nest_asyncio use.
/// Until Python 3.13 the other functions are for them, too.
PyObject *s_tasksInPython = nullptr;

/// Since Python 3.12 a task may take its first step where it is created, in a slot for instance. In
/// those before only handles and async slots make steps, and asking asyncio would be a tenth of an
/// iteration.
constexpr bool HasEagerTasks = PY_VERSION_HEX >= 0x030C0000;
constexpr bool KeepsTasksInPythonApart = PY_VERSION_HEX >= 0x030E0000;

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
        if (KeepsTasksInPythonApart)
            s_tasksInPython = py::dict(tasks.attr("_current_tasks")).release().ptr();
        return true;
    } catch (py::error_already_set &error) {
        error.restore();
        return false;
    }
}

TaskSuspension::TaskSuspension(PyObject *loop, bool nested)
    : m_loop(loop)
{
    leaveTaskInPython();
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
    if (m_task)
        call(s_enterTask, m_loop, m_task);
    Py_XDECREF(m_task);
    enterTaskInPython();
}

void TaskSuspension::leaveTaskInPython()
{
    if (!s_tasksInPython || PyDict_GET_SIZE(s_tasksInPython) == 0)
        return;
    m_taskInPython = Py_XNewRef(PyDict_GetItem(s_tasksInPython, m_loop));
    if (m_taskInPython && PyDict_DelItem(s_tasksInPython, m_loop) < 0)
        PyErr_WriteUnraisable(m_loop);
}

void TaskSuspension::enterTaskInPython()
{
    if (m_taskInPython && PyDict_SetItem(s_tasksInPython, m_loop, m_taskInPython) < 0)
        PyErr_WriteUnraisable(m_loop);
    Py_XDECREF(m_taskInPython);
}

} // namespace QtAsyncio
