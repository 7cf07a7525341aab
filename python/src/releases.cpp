// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "releases.h"
#include "exceptionchain.h"
#include "nativecall.h"
#include "ref.h"

#include <utility>

namespace QtAsyncio::Releases {

namespace {

/// Takes over the exception so far, and returns the one to raise.
PyObject *releaseThese(PyObject *releases, PyObject *exception)
{
    while (const Py_ssize_t size = PyList_GET_SIZE(releases)) {
        PyObject *function = Py_NewRef(PyList_GET_ITEM(releases, size - 1));
        if (PyList_SetSlice(releases, size - 1, size, nullptr) < 0)
            PyErr_Clear(); // cannot happen: removing the last item allocates nothing
        exception = callUntilItReturns([=] { return PyObject_CallNoArgs(function); }, exception);
        Py_DECREF(function);
    }
    return exception;
}

/// Raises the exception, if there is one; else returns the result. Takes over both references.
PyObject *outcome(PyObject *result, PyObject *exception)
{
    if (!exception)
        return result;
    Py_XDECREF(result);
    setError(exception);
    return nullptr;
}

bool check(PyObject *const *arguments, Py_ssize_t given, Py_ssize_t wanted)
{
    if (given == wanted && PyList_Check(arguments[given - 1]))
        return true;
    PyErr_SetString(PyExc_TypeError, "what is to be released has to be a list of functions");
    return false;
}

PyObject *callThenRelease(PyObject *, PyObject *const *arguments, Py_ssize_t count)
{
    if (!check(arguments, count, 2))
        return nullptr;
    PyObject *result = PyObject_CallNoArgs(arguments[0]);
    return outcome(result, releaseThese(arguments[1], result ? nullptr : takeError()));
}

PyObject *callOrRelease(PyObject *, PyObject *const *arguments, Py_ssize_t count)
{
    if (!check(arguments, count, 2))
        return nullptr;
    PyObject *result = PyObject_CallNoArgs(arguments[0]);
    return result ? result : outcome(nullptr, releaseThese(arguments[1], takeError()));
}

/// What the innermost callOrUndo() of this thread releases if its function raises; borrowed.
thread_local PyObject *t_undo = nullptr;

PyObject *callOrUndo(PyObject *, PyObject *const *arguments, Py_ssize_t count, PyObject *names)
{
    if (count < 1) {
        PyErr_SetString(PyExc_TypeError, "call_or_undo() needs a function");
        return nullptr;
    }
    const Ref undo(PyList_New(0));
    if (!undo)
        return nullptr;
    PyObject *const outer = std::exchange(t_undo, undo.get());
    PyObject *result = PyObject_Vectorcall(arguments[0], arguments + 1, count - 1, names);
    t_undo = outer;
    return result ? result : outcome(nullptr, releaseThese(undo.get(), takeError()));
}

PyObject *undoOfCall(PyObject *, PyObject *)
{
    if (t_undo)
        return Py_NewRef(t_undo);
    PyErr_SetString(PyExc_RuntimeError, "undo() is for functions that call_or_undo() calls");
    return nullptr;
}

PyObject *releaseAll(PyObject *, PyObject *releases)
{
    if (!check(&releases, 1, 1))
        return nullptr;
    return outcome(Py_NewRef(Py_None), releaseThese(releases, nullptr));
}

PyMethodDef s_functions[] = {
    { "call_then_release", NativeCall::method<callThenRelease>(), METH_FASTCALL,
      "call_then_release(function, releases, /)\n--\n\n"
      "Call a function, release what is in the list then, and return the function's result." },
    { "call_or_release", NativeCall::method<callOrRelease>(), METH_FASTCALL,
      "call_or_release(function, releases, /)\n--\n\n"
      "Return a function's result; if it raises, release what is in the list by then." },
    { "call_or_undo", NativeCall::method<callOrUndo>(), METH_FASTCALL | METH_KEYWORDS,
      "call_or_undo(function, /, *args, **kwargs)\n--\n\n"
      "Return a function's result; if it raises, release what it has put into the list undo()." },
    { "undo", NativeCall::method<undoOfCall>(), METH_NOARGS,
      "undo()\n--\n\nReturn the list of the innermost call_or_undo() of this thread." },
    { "release_all", NativeCall::method<releaseAll>(), METH_O,
      "release_all(releases, /)\n--\n\n"
      "Call the functions in the list, the last one first, and remove them from it." },
    { nullptr, nullptr, 0, nullptr },
};

} // namespace

bool addTo(PyObject *module)
{
    return PyModule_AddFunctions(module, s_functions) == 0;
}

} // namespace QtAsyncio::Releases
