// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "exceptionchain.h"
#include "ref.h"

#include <utility>

namespace QtAsyncio {

namespace {

/// How many contexts are looked at: a program may have made a circle of them.
constexpr int MaximumLength = 1000;

/// The code and the instruction that has raised an exception; null and 0 if it was none of Python's.
std::pair<const PyObject *, int> origin(PyObject *exception)
{
    const Ref traceback(PyException_GetTraceback(exception));
    auto *entry = reinterpret_cast<PyTracebackObject *>(traceback.get());
    if (!entry)
        return { nullptr, 0 };
    while (entry->tb_next)
        entry = entry->tb_next;
    const Ref code(reinterpret_cast<PyObject *>(PyFrame_GetCode(entry->tb_frame)));
    return { code.get(), entry->tb_lasti }; // the frame keeps the code
}

/// Runs no code of the program's: other arguments than texts have to be the same objects.
bool areEqual(PyObject *one, PyObject *other)
{
    if (one == other)
        return true;
    return PyUnicode_CheckExact(one) && PyUnicode_CheckExact(other)
            && PyUnicode_Compare(one, other) == 0;
}

bool haveSameArguments(PyObject *one, PyObject *other)
{
    PyObject *arguments = reinterpret_cast<PyBaseExceptionObject *>(one)->args;
    PyObject *others = reinterpret_cast<PyBaseExceptionObject *>(other)->args;
    Py_ssize_t left = PyTuple_GET_SIZE(arguments);
    if (left != PyTuple_GET_SIZE(others))
        return false;
    while (left > 0
           && areEqual(PyTuple_GET_ITEM(arguments, left - 1), PyTuple_GET_ITEM(others, left - 1)))
        --left;
    return left == 0;
}

/// Borrowed, or null.
PyObject *contextOf(PyObject *exception)
{
    PyObject *context = PyException_GetContext(exception);
    Py_XDECREF(context); // the exception has another reference
    return context;
}

bool isAmong(PyObject *wanted, PyObject *exception)
{
    for (int i = 0; exception && i < MaximumLength; ++i, exception = contextOf(exception)) {
        if (exception == wanted)
            return true;
    }
    return false;
}

} // namespace

bool repeats(PyObject *newer, PyObject *former)
{
    return Py_TYPE(newer) == Py_TYPE(former) && origin(newer) == origin(former)
            && haveSameArguments(newer, former);
}

PyObject *chained(PyObject *newer, PyObject *former)
{
    if (!former)
        return newer;
    if (isAmong(newer, former) || repeats(newer, former)) {
        Py_DECREF(newer);
        return former;
    }
    // The last one that is not a context of the former one, too, so that there is no circle.
    PyObject *last = newer;
    for (int i = 0; i < MaximumLength; ++i) {
        PyObject *context = contextOf(last);
        if (!context || isAmong(context, former))
            break;
        last = context;
    }
    PyException_SetContext(last, former); // takes over the reference
    return newer;
}

} // namespace QtAsyncio
