// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "arguments.h"

namespace QtAsyncio {

bool CallbackArguments::parseAny(const char *function, const char *leading, PyObject *const *args,
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

/// Every step of a task gives its context by name, and always with the same string object.
bool CallbackArguments::isContext(PyObject *name)
{
    static PyObject *known = nullptr;
    if (name == known)
        return true;
    if (PyUnicode_CompareWithASCIIString(name, "context") != 0)
        return false;
    Py_XSETREF(known, Py_NewRef(name));
    return true;
}

bool CallbackArguments::takeNamed(const char *function, const char *leading, PyObject *name,
                                  PyObject *value)
{
    if (isContext(name)) {
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

bool CallbackArguments::checkNoContext(const char *function) const
{
    if (m_context)
        PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument 'context'",
                     function);
    return !m_context;
}

namespace {

/// Says what Python says of a function that is written in it.
PyObject *refuse(const char *function, const char *name, Py_ssize_t count, PyObject *names)
{
    const Py_ssize_t named = names ? PyTuple_GET_SIZE(names) : 0;
    for (Py_ssize_t i = 0; i < named; ++i) {
        PyObject *given = PyTuple_GET_ITEM(names, i);
        if (PyUnicode_CompareWithASCIIString(given, name) != 0)
            return PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument '%U'",
                                function, given);
    }
    if (named > 0)
        return PyErr_Format(PyExc_TypeError, "%s() got multiple values for argument '%s'", function,
                            name);
    if (count == 0)
        return PyErr_Format(PyExc_TypeError, "%s() missing 1 required positional argument: '%s'",
                            function, name);
    // Python counts `self`.
    return PyErr_Format(PyExc_TypeError, "%s() takes 2 positional arguments but %zd were given",
                        function, count + 1);
}

} // namespace

PyObject *singleArgument(const char *function, const char *name, PyObject *const *args,
                         Py_ssize_t count, PyObject *names)
{
    const Py_ssize_t named = names ? PyTuple_GET_SIZE(names) : 0;
    if (count == 1 && named == 0)
        return args[0];
    if (count == 0 && named == 1
        && PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, 0), name) == 0)
        return args[0];
    return refuse(function, name, count, names);
}

} // namespace QtAsyncio
