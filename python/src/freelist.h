// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

#include <array>

namespace QtAsyncio {

/// Handles of the exact types that wait for their next use: most live for microseconds.
class FreeList final
{
public:
    PyObject *take(PyTypeObject *type)
    {
        if (m_count == 0)
            return nullptr;
        return PyObject_Init(m_objects[--m_count], type);
    }
    bool keep(PyObject *object)
    {
        if (m_count == m_objects.size())
            return false;
        m_objects[m_count++] = object;
        return true;
    }

private:
    std::array<PyObject *, 256> m_objects;
    std::size_t m_count = 0;
};

} // namespace QtAsyncio
