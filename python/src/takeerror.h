// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

namespace QtAsyncio {

/// The Python error that is set, as an exception with its traceback: a new reference. From then
/// on it is set no more.
///
/// Up to Python 3.11 the error may be a type and arguments from which the exception is yet to be
/// made. If its constructor fails, the result is what that has raised, as in Python's own `except`.
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

/// One of two exceptions, the newer one in the context of the former, which may be null. Takes over
/// both references. Of one type only the former is kept: the same thing has come once more.
inline PyObject *chained(PyObject *newer, PyObject *former)
{
    if (!former)
        return newer;
    if (Py_TYPE(newer) == Py_TYPE(former)) {
        Py_DECREF(newer);
        return former;
    }
    if (PyObject *context = PyException_GetContext(newer)) {
        Py_DECREF(context);
        Py_DECREF(former);
    } else {
        PyException_SetContext(newer, former); // takes over the reference
    }
    return newer;
}

/// Whether the Python error that is set is of one of two types. Its exception is made before, because
/// only then is the type certain.
inline bool errorIs(PyObject *type, PyObject *otherType)
{
#if PY_VERSION_HEX < 0x030c0000
    if (PyErr_Occurred())
        setError(takeError());
#endif
    return PyErr_ExceptionMatches(type) || PyErr_ExceptionMatches(otherType);
}

/// Whether the Python error that is set ends the loop, and is no error of a callback.
inline bool errorEndsLoop()
{
    return errorIs(PyExc_SystemExit, PyExc_KeyboardInterrupt);
}

} // namespace QtAsyncio
