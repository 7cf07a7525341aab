// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "loopmethods.h"
#include "loopobject.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace QtAsyncio::EventLoop {

namespace {

/// What a task itself takes by the same name; asyncio passes these on even if they are None.
constexpr const char *TaskKeywords[] = {
    "name",
#if PY_VERSION_HEX >= 0x030b0000
    "context",
#endif
};
constexpr Py_ssize_t KeywordCount = std::ssize(TaskKeywords);

PyObject *s_tasks = nullptr; // the module asyncio.tasks
PyObject *s_futures = nullptr; // the module asyncio.futures
PyObject *s_task = nullptr; // interned names
PyObject *s_future = nullptr;
PyObject *s_loop = nullptr; // ("loop",), the names of the keywords of a plain task, or a future
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

bool isTaskKeyword(PyObject *name)
{
    return std::any_of(std::begin(TaskKeywords), std::end(TaskKeywords), [name](const char *known) {
        return PyUnicode_CompareWithASCIIString(name, known) == 0;
    });
}

bool areTaskKeywords(PyObject *names)
{
    const Py_ssize_t count = names ? PyTuple_GET_SIZE(names) : 0;
    for (Py_ssize_t i = 0; i < count; ++i) {
        if (!isTaskKeyword(PyTuple_GET_ITEM(names, i)))
            return false;
    }
    return count <= KeywordCount;
}

/// A plain call: one coroutine, no factory, nothing to tell the debugger.
bool isCommonCase(PyObject *self, Py_ssize_t count, PyObject *names)
{
    if (count != 1 || toLoop(self)->closed || toLoop(self)->queue->isDebug()
        || !areTaskKeywords(names))
        return false;
    PyObject *factory = PyObject_GetAttr(self, s_taskFactory);
    if (!factory)
        PyErr_Clear();
    Py_XDECREF(factory);
    return factory == Py_None;
}

/// A new reference to ("loop", *names).
PyObject *withLoop(PyObject *names)
{
    return names ? PySequence_Concat(s_loop, names) : Py_NewRef(s_loop);
}

} // namespace

bool initializeTasks()
{
    s_tasks = PyImport_ImportModule("asyncio.tasks");
    s_futures = PyImport_ImportModule("asyncio.futures");
    s_task = PyUnicode_InternFromString("Task");
    s_future = PyUnicode_InternFromString("Future");
    s_loop = Py_BuildValue("(s)", "loop");
    s_taskFactory = PyUnicode_InternFromString("_task_factory");
    s_slowCreateTask = PyUnicode_InternFromString("_create_task_in_python");
    return s_tasks && s_futures && s_task && s_future && s_loop && s_taskFactory
            && s_slowCreateTask;
}

PyObject *createFuture(PyObject *self, PyObject *)
{
    PyObject *type = PyObject_GetAttr(s_futures, s_future);
    PyObject *future = type ? PyObject_Vectorcall(type, &self, 0, s_loop) : nullptr;
    Py_XDECREF(type);
    return future;
}

PyObject *createTask(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    if (!isCommonCase(self, count, names))
        return createTaskInPython(self, args, count, names);
    std::array<PyObject *, 2 + KeywordCount> arguments = { args[0], self };
    std::copy_n(args + 1, names ? PyTuple_GET_SIZE(names) : 0, arguments.begin() + 2);
    PyObject *type = PyObject_GetAttr(s_tasks, s_task);
    PyObject *keywords = type ? withLoop(names) : nullptr;
    PyObject *task = nullptr; // Task(coro, loop=self, name=..., context=...)
    if (keywords)
        task = PyObject_Vectorcall(type, arguments.data(), 1, keywords);
    Py_XDECREF(keywords);
    Py_XDECREF(type);
    return task;
}

} // namespace QtAsyncio::EventLoop
