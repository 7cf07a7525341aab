// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "takeerror.h"

#include <Python.h>

namespace QtAsyncio {

/// Whether an exception says what another one has said: the same type and arguments, raised by the
/// same instruction.
bool repeats(PyObject *newer, PyObject *former);

/// The newer of two exceptions, with the former one, which may be null, at the end of its contexts.
///
/// Returns the former one alone if the newer one repeats it, or is among its contexts already. Takes
/// over both references.
PyObject *chained(PyObject *newer, PyObject *former);

/// Calls a function, which releases something, until it returns an object: the handler of a signal
/// may interrupt it.
///
/// Gives up after 10 attempts, and at once if an Exception is raised again by the same instruction:
/// then it is the function that fails. Takes over the exception so far, which may be null, and
/// returns the one to raise.
template <typename Function> PyObject *callUntilItReturns(Function function, PyObject *exception)
{
    PyObject *latest = nullptr;
    for (int attempt = 0; attempt < 10; ++attempt) {
        if (PyObject *result = function()) {
            Py_DECREF(result);
            break;
        }
        PyObject *raised = takeError();
        const bool fails = latest && PyErr_GivenExceptionMatches(raised, PyExc_Exception)
                && repeats(raised, latest);
        Py_XSETREF(latest, Py_NewRef(raised));
        exception = chained(raised, exception);
        if (fails)
            break;
    }
    Py_XDECREF(latest);
    return exception;
}

} // namespace QtAsyncio
