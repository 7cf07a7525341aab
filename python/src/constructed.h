// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <pybind11/pybind11.h>

namespace QtAsyncio {

/// The C++ object within an object of a class made with pybind11. `__new__()` alone does not
/// construct it, and pybind11 would hand out uninitialized memory. Then this throws a TypeError.
template <typename Class> Class &constructed(pybind11::handle self)
{
    if (!pybind11::isinstance<Class>(self))
        throw pybind11::type_error("a method was called with an object of another type");
    auto *instance = reinterpret_cast<pybind11::detail::instance *>(self.ptr());
    if (!instance->get_value_and_holder().holder_constructed())
        throw pybind11::type_error("the object was not initialized by __init__()");
    return self.cast<Class &>();
}

} // namespace QtAsyncio
