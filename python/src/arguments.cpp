// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "arguments.h"

namespace QtAsyncio {

bool CallbackArguments::parse(const char *function, const char *leading, PyObject *const *args,
                              Py_ssize_t count, PyObject *names)
{
    Py_ssize_t taken = 0;
    if (leading && taken < count)
        m_leading = args[taken++];
    if (taken < count)
        m_callback = args[taken++];
    m_rest = args + taken;
    m_restCount = count - taken;
    const Py_ssize_t named = names ? PyTuple_GET_SIZE(names) : 0;
    for (Py_ssize_t i = 0; i < named; ++i) {
        if (!takeNamed(function, leading, PyTuple_GET_ITEM(names, i), args[count + i]))
            return false;
    }
    return checkComplete(function, leading);
}

bool CallbackArguments::checkComplete(const char *function, const char *leading) const
{
    const char *missing = leading && !m_leading ? leading : m_callback ? nullptr : "callback";
    if (missing)
        PyErr_Format(PyExc_TypeError, "%s() missing 1 required positional argument: '%s'", function,
                     missing);
    return !missing;
}

bool CallbackArguments::takeNamed(const char *function, const char *leading, PyObject *name,
                                  PyObject *value)
{
    // The names in calls are interned, and this one is in every step of a task.
    static PyObject *const context = PyUnicode_InternFromString("context");
    if (name == context || PyUnicode_CompareWithASCIIString(name, "context") == 0) {
        m_context = value;
        return true;
    }
    const bool isCallback = PyUnicode_CompareWithASCIIString(name, "callback") == 0;
    const bool isLeading = leading && PyUnicode_CompareWithASCIIString(name, leading) == 0;
    if (!isCallback && !isLeading) {
        PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument '%U'", function,
                     name);
        return false;
    }
    PyObject *&target = isCallback ? m_callback : m_leading;
    if (target) {
        PyErr_Format(PyExc_TypeError, "%s() got multiple values for argument '%U'", function, name);
        return false;
    }
    target = value;
    return true;
}

} // namespace QtAsyncio
