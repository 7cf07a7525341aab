// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

namespace QtAsyncio {

/// The descriptor of a file, and the Python object that owns it.
///
/// Once a socket object is closed, by whomever, its descriptor is -1 here too: another file may
/// have got the number, and must not get the data. Needs the GIL.
class OpenFile final
{
public:
    OpenFile() = default;
    ~OpenFile() { clear(); }
    OpenFile(const OpenFile &) = delete;
    OpenFile &operator=(const OpenFile &) = delete;

    void open(PyObject *object, int descriptor);
    void clear();
    int traverse(visitproc visit, void *arg) const;

    int descriptor() const noexcept { return *m_place; }
    /// Borrowed; null if it is not open.
    PyObject *object() const noexcept { return m_object; }

private:
    PyObject *m_object = nullptr; // owned
    int m_descriptor = -1;
    const int *m_place = &m_descriptor; // or within the object
};

} // namespace QtAsyncio
