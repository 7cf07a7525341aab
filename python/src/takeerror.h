// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

namespace QtAsyncio {

/// Clears the Python error and returns it as an exception with its traceback: a new reference.
///
/// Up to Python 3.11 the error may be a type and arguments, and the exception is made here. If its
/// constructor fails, the result is the exception that this has raised, as in Python's `except`.
inline PyObject *takeError()
{
    PyObject *type = nullptr;
    PyObject *value = nullptr;
    PyObject *traceback = nullptr;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback)
        PyException_SetTraceback(value, traceback);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    return value;
}

/// Sets an exception as the Python error, with its traceback. Takes over the reference.
inline void setError(PyObject *exception)
{
    PyErr_Restore(Py_NewRef(reinterpret_cast<PyObject *>(Py_TYPE(exception))), exception,
                  PyException_GetTraceback(exception));
}

/// Whether the Python error is of one of two types. Makes its exception first, because only then
/// the type is certain.
inline bool errorIs(PyObject *type, PyObject *otherType)
{
#if PY_VERSION_HEX < 0x030c0000
    if (PyErr_Occurred())
        setError(takeError());
#endif
    return PyErr_ExceptionMatches(type) || PyErr_ExceptionMatches(otherType);
}

/// Whether the Python error ends the loop, unlike the error of a callback.
inline bool errorEndsLoop()
{
    return errorIs(PyExc_SystemExit, PyExc_KeyboardInterrupt);
}

} // namespace QtAsyncio
