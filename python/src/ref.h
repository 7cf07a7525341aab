// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

#include <utility>

namespace QtAsyncio {

/// Owns a reference to an object, or none, across statements that may throw. Needs the GIL.
class Ref final
{
public:
    /// Takes over a reference.
    explicit Ref(PyObject *object = nullptr) noexcept
        : m_object(object)
    {
    }
    ~Ref() { Py_XDECREF(m_object); }
    Ref(const Ref &) = delete;
    Ref &operator=(const Ref &) = delete;

    explicit operator bool() const noexcept { return m_object; }
    PyObject *get() const noexcept { return m_object; } // borrowed
    [[nodiscard]] PyObject *release() noexcept { return std::exchange(m_object, nullptr); }

private:
    PyObject *m_object;
};

} // namespace QtAsyncio
