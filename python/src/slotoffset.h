// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <pybind11/pybind11.h>

#include <structmember.h>

namespace QtAsyncio {

/// Where the objects of a Python class have one of its `__slots__`, from their start.
inline Py_ssize_t slotOffset(pybind11::handle type, const char *name)
{
    const pybind11::object descriptor = type.attr("__dict__")[name];
    return reinterpret_cast<PyMemberDescrObject *>(descriptor.ptr())->d_member->offset;
}

} // namespace QtAsyncio
