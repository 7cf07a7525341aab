// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// CPython's socket objects begin with their descriptor, from 3.10 to 3.15. Where they do not, the
// number that was given is used.

#include "openfile.h"

namespace QtAsyncio {

namespace {

PyObject *importSocketType()
{
    PyObject *module = PyImport_ImportModule("_socket");
    PyObject *type = module ? PyObject_GetAttrString(module, "socket") : nullptr;
    Py_XDECREF(module);
    PyErr_Clear();
    return type;
}

/// Where \a object has its descriptor; null if that is not known.
const int *placeIn(PyObject *object, int descriptor)
{
    static PyObject *const type = importSocketType();
    if (!type || !PyObject_TypeCheck(object, reinterpret_cast<PyTypeObject *>(type)))
        return nullptr;
    const void *behindHead = reinterpret_cast<const char *>(object) + sizeof(PyObject);
    const auto *place = static_cast<const int *>(behindHead);
    return *place == descriptor ? place : nullptr;
}

} // namespace

void OpenFile::open(PyObject *object, int descriptor)
{
    const int *place = placeIn(object, descriptor);
    m_descriptor = descriptor;
    m_place = place ? place : &m_descriptor;
    Py_XSETREF(m_object, Py_NewRef(object));
}

void OpenFile::clear()
{
    m_descriptor = -1;
    m_place = &m_descriptor;
    Py_CLEAR(m_object);
}

int OpenFile::traverse(visitproc visit, void *arg) const
{
    Py_VISIT(m_object);
    return 0;
}

} // namespace QtAsyncio
