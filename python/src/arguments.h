// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

namespace QtAsyncio {

/// The arguments of `call(leading..., callback, *args, context=None)`, without copying any.
///
/// All asyncio functions that take a callback have this form. As in Python, the leading
/// arguments and the callback may be given by name if nothing follows them.
class CallbackArguments final
{
public:
    CallbackArguments() = default;
    CallbackArguments(PyObject *callback, PyObject *const *rest, Py_ssize_t restCount)
        : m_callback(callback),
          m_rest(rest),
          m_restCount(restCount)
    {
    }

    /// \a leading names the parameters before the callback, up to one. False with TypeError set.
    bool parse(const char *function, const char *leading, PyObject *const *args, Py_ssize_t count,
               PyObject *names)
    {
        if (leading || names || count == 0)
            return parseAny(function, leading, args, count, names);
        m_callback = args[0]; // the usual call_soon(), which is inlined
        m_rest = args + 1;
        m_restCount = count - 1;
        return true;
    }

    PyObject *leading() const noexcept { return m_leading; }
    PyObject *callback() const noexcept { return m_callback; }
    PyObject *const *rest() const noexcept { return m_rest; }
    Py_ssize_t restCount() const noexcept { return m_restCount; }
    PyObject *context() const noexcept { return m_context; } // or null

    /// For the functions that take none. False with TypeError set if there is one.
    bool checkNoContext(const char *function) const;

private:
    bool parseAny(const char *function, const char *leading, PyObject *const *args,
                  Py_ssize_t count, PyObject *names);
    static bool isContext(PyObject *name);
    bool checkComplete(const char *function, const char *leading) const;
    bool takeNamed(const char *function, const char *leading, PyObject *name, PyObject *value);

    PyObject *m_leading = nullptr;
    PyObject *m_callback = nullptr;
    PyObject *const *m_rest = nullptr;
    Py_ssize_t m_restCount = 0;
    PyObject *m_context = nullptr;
};

/// The argument of a function that takes one, by place or by \a name: borrowed from the call, or
/// null with TypeError set.
[[nodiscard]] PyObject *singleArgument(const char *function, const char *name,
                                       PyObject *const *args, Py_ssize_t count, PyObject *names);

} // namespace QtAsyncio
