// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "taskcoroutine.h"
#include "ref.h"

#include <algorithm>

namespace QtAsyncio::TaskCoroutine {

namespace {

// asyncio's Task in C and its get_coro(); null if asyncio has Task in Python only.
PyTypeObject *s_type = nullptr;
PyObject *s_getCoroutine = nullptr;

/// Whether a task of that class has the coroutine, as asyncio itself says. Runs no Python code.
bool has(PyObject *task, PyObject *coroutine)
{
    const Ref its(PyObject_CallOneArg(s_getCoroutine, task));
    if (!its)
        PyErr_Clear(); // no task of that class
    return its.get() == coroutine;
}

/// The word of the task's structure that refers to an object; null if several do, or none.
PyObject **onlyPlace(PyObject *task, PyObject *object)
{
    auto *const begin = reinterpret_cast<PyObject **>(task + 1);
    auto *const end = reinterpret_cast<PyObject **>(task) + s_type->tp_basicsize / sizeof(task);
    return std::count(begin, end, object) == 1 ? std::find(begin, end, object) : nullptr;
}

} // namespace

bool replace(PyObject *task, PyObject *former, PyObject *coroutine)
{
    if (!s_type || !has(task, former))
        return false;
    PyObject **const place = onlyPlace(task, former);
    if (!place)
        return false;
    *place = coroutine;
    if (!has(task, coroutine)) {
        *place = former;
        return false;
    }
    Py_INCREF(coroutine);
    Py_DECREF(former);
    return true;
}

bool initialize()
{
    const Ref module(PyImport_ImportModule("_asyncio"));
    if (!module) {
        PyErr_Clear();
        return true;
    }
    PyObject *const type = PyObject_GetAttrString(module.get(), "Task");
    s_getCoroutine = type ? PyObject_GetAttrString(type, "get_coro") : nullptr;
    s_type = reinterpret_cast<PyTypeObject *>(type);
    return s_getCoroutine;
}

} // namespace QtAsyncio::TaskCoroutine
