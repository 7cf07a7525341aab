// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

#include <cstring>

namespace QtAsyncio {

/// The contents of a bytes-like object, while it lives. The object is borrowed.
class BufferView final
{
public:
    explicit BufferView(PyObject *object)
        : m_object(object)
    {
    }
    ~BufferView()
    {
        if (m_view.obj)
            PyBuffer_Release(&m_view);
    }
    BufferView(const BufferView &) = delete;
    BufferView &operator=(const BufferView &) = delete;

    /// False with asyncio's TypeError set.
    bool checkType() const
    {
        if (PyBytes_Check(m_object) || PyByteArray_Check(m_object) || PyMemoryView_Check(m_object))
            return true;
        const char *name = Py_TYPE(m_object)->tp_name; // with the module, if it is a type of C's
        const char *dot = std::strrchr(name, '.');
        PyErr_Format(PyExc_TypeError, "data argument must be a bytes-like object, not '%s'",
                     dot ? dot + 1 : name);
        return false;
    }
    /// Whether it is not empty, as bool() says; negative with a Python error set, such as the
    /// ValueError of a released memoryview.
    int isFilled() const
    {
        return PyBytes_CheckExact(m_object) ? PyBytes_GET_SIZE(m_object) > 0
                                            : PyObject_IsTrue(m_object);
    }
    /// False with a TypeError, BufferError or ValueError set.
    bool open() { return PyObject_GetBuffer(m_object, &m_view, PyBUF_SIMPLE) == 0; }

    PyObject *object() const noexcept { return m_object; }
    const char *data() const noexcept { return static_cast<const char *>(m_view.buf); }
    Py_ssize_t size() const noexcept { return m_view.len; }

private:
    PyObject *const m_object;
    Py_buffer m_view{ };
};

} // namespace QtAsyncio
