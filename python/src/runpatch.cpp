// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "runpatch.h"

namespace QtAsyncio {

bool RunPatch::initialize()
{
    PyObject *events = PyImport_ImportModule("asyncio.events");
    PyObject *type = events ? PyObject_GetAttrString(events, "Handle") : nullptr;
    if (type && PyType_Check(type)) {
        s_type = reinterpret_cast<PyTypeObject *>(Py_NewRef(type));
        s_globals = Py_NewRef(PyModule_GetDict(events));
    } else if (type) {
        PyErr_SetString(PyExc_TypeError, "asyncio.events.Handle is no type");
    }
    Py_XDECREF(type);
    Py_XDECREF(events);
    return s_type;
}

void RunPatch::lookUp() noexcept
{
    // A change of the type takes its version away; the look-up assigns a new one.
    PyObject *run = PyObject_GetAttrString(reinterpret_cast<PyObject *>(s_type), "_run");
    s_version = s_type->tp_version_tag;
    if (!run)
        PyErr_Clear();
    const bool isAsyncios = run && PyFunction_Check(run) && PyFunction_GetGlobals(run) == s_globals;
    if (!run || isAsyncios)
        Py_CLEAR(s_function);
    else
        Py_XSETREF(s_function, Py_NewRef(run));
    Py_XDECREF(run);
}

} // namespace QtAsyncio
