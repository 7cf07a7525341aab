// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "tasksuspension.h"
#include "ref.h"

namespace QtAsyncio {

namespace {

PyObject *s_currentTask = nullptr;
PyObject *s_enterTask = nullptr;
PyObject *s_leaveTask = nullptr;
/// The current tasks by loop, for asyncio's Task class in Python, which debuggers and nest_asyncio
/// use. Up to Python 3.13 the other functions handle these tasks too.
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
    const Ref tasks(PyImport_ImportModule("asyncio.tasks"));
    if (!tasks)
        return false;
    s_currentTask = PyObject_GetAttrString(tasks.get(), "current_task");
    s_enterTask = PyObject_GetAttrString(tasks.get(), "_enter_task");
    s_leaveTask = PyObject_GetAttrString(tasks.get(), "_leave_task");
    if (KeepsTasksInPythonApart)
        s_tasksInPython = PyObject_GetAttrString(tasks.get(), "_current_tasks");
    return s_currentTask && s_enterTask && s_leaveTask
            && (!KeepsTasksInPythonApart || (s_tasksInPython && PyDict_Check(s_tasksInPython)));
}

TaskSuspension::TaskSuspension(PyObject *loop, bool nested, int &suspensions)
    : m_loop(loop),
      m_suspensions(suspensions)
{
    leaveTaskInPython();
    if (nested || HasEagerTasks || s_steps > 0)
        leaveTask();
    m_suspensions += hasTask();
}

TaskSuspension::~TaskSuspension()
{
    m_suspensions -= hasTask();
    if (m_task)
        call(s_enterTask, m_loop, m_task);
    Py_XDECREF(m_task);
    enterTaskInPython();
}

void TaskSuspension::leaveTask()
{
    m_task = PyObject_Vectorcall(s_currentTask, &m_loop, 1, nullptr);
    if (m_task == Py_None)
        Py_CLEAR(m_task);
    else if (m_task)
        call(s_leaveTask, m_loop, m_task);
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
