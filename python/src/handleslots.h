// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

namespace QtAsyncio::Handles {

/// Where asyncio.Handle and asyncio.TimerHandle keep their slots, from the start of an object.
struct Layout
{
    Py_ssize_t callback, args, cancelled, loop, sourceTraceback, repr, context; // Handle
    Py_ssize_t scheduled, when; // TimerHandle
};

extern Layout s_layout;

inline PyObject *&slot(PyObject *object, Py_ssize_t offset) noexcept
{
    return *reinterpret_cast<PyObject **>(reinterpret_cast<char *>(object) + offset);
}

inline void setSlot(PyObject *object, Py_ssize_t offset, PyObject *value) noexcept
{
    Py_XSETREF(slot(object, offset), Py_XNewRef(value));
}

/// Whether the object is of exactly one of our two types.
bool isOurs(PyObject *handle) noexcept;

} // namespace QtAsyncio::Handles
