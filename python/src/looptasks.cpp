// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "loopmethods.h"
#include "loopobject.h"

#include <array>

namespace QtAsyncio::EventLoop {

namespace {

PyObject *s_tasks = nullptr; // the module asyncio.tasks
PyObject *s_task = nullptr; // interned names
PyObject *s_loop = nullptr;
PyObject *s_taskFactory = nullptr;
PyObject *s_slowCreateTask = nullptr;

/// asyncio's own create_task(), for all but the common case.
PyObject *createTaskInPython(PyObject *self, PyObject *const *args, Py_ssize_t count,
                             PyObject *names)
{
    PyObject *method = PyObject_GetAttr(self, s_slowCreateTask);
    PyObject *task =
            method ? PyObject_Vectorcall(method, args, std::size_t(count), names) : nullptr;
    Py_XDECREF(method);
    return task;
}

/// A plain call: one coroutine, no factory, nothing to tell the debugger.
bool isCommonCase(PyObject *self, Py_ssize_t count, PyObject *names)
{
    if (count != 1 || names || toLoop(self)->closed || toLoop(self)->queue->isDebug())
        return false;
    PyObject *factory = PyObject_GetAttr(self, s_taskFactory);
    if (!factory)
        PyErr_Clear();
    Py_XDECREF(factory);
    return factory == Py_None;
}

} // namespace

bool initializeTasks()
{
    s_tasks = PyImport_ImportModule("asyncio.tasks");
    s_task = PyUnicode_InternFromString("Task");
    s_loop = Py_BuildValue("(s)", "loop");
    s_taskFactory = PyUnicode_InternFromString("_task_factory");
    s_slowCreateTask = PyUnicode_InternFromString("_create_task_in_python");
    return s_tasks && s_task && s_loop && s_taskFactory && s_slowCreateTask;
}

PyObject *createTask(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    if (!isCommonCase(self, count, names))
        return createTaskInPython(self, args, count, names);
    PyObject *type = PyObject_GetAttr(s_tasks, s_task);
    const std::array<PyObject *, 2> arguments = { args[0], self }; // Task(coro, loop=self)
    PyObject *task = type ? PyObject_Vectorcall(type, arguments.data(), 1, s_loop) : nullptr;
    Py_XDECREF(type);
    return task;
}

} // namespace QtAsyncio::EventLoop
