// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

namespace QtAsyncio {

/// Holds the GIL while it lives, whether this thread held it before or not.
class GilHolder final
{
public:
    GilHolder()
        : m_state(PyGILState_Ensure())
    {
    }
    ~GilHolder() { PyGILState_Release(m_state); }
    GilHolder(const GilHolder &) = delete;
    GilHolder &operator=(const GilHolder &) = delete;

private:
    PyGILState_STATE m_state;
};

} // namespace QtAsyncio
