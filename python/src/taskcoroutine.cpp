// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "taskcoroutine.h"
#include "ref.h"

#include <algorithm>

namespace QtAsyncio::TaskCoroutine {

namespace {

/// Null if asyncio has its class in Python only.
PyTypeObject *s_type = nullptr;

} // namespace

bool replace(PyObject *task, PyObject *former, PyObject *coroutine)
{
    if (!s_type || !PyObject_TypeCheck(task, s_type))
        return false;
    auto *const fields = reinterpret_cast<PyObject **>(task + 1);
    auto *const end = reinterpret_cast<PyObject **>(task) + s_type->tp_basicsize / sizeof(task);
    if (std::count(fields, end, former) != 1)
        return false;
    Py_SETREF(*std::find(fields, end, former), Py_NewRef(coroutine));
    return true;
}

bool initialize()
{
    const Ref module(PyImport_ImportModule("_asyncio"));
    if (!module) {
        PyErr_Clear();
        return true;
    }
    const Ref type(PyObject_GetAttrString(module.get(), "Task"));
    if (type && PyType_Check(type.get()))
        s_type = reinterpret_cast<PyTypeObject *>(Py_NewRef(type.get()));
    return bool(type);
}

} // namespace QtAsyncio::TaskCoroutine
