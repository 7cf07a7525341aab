// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

namespace QtAsyncio {

/// A tool's replacement for asyncio.Handle._run, which watches the callbacks of all loops.
///
/// The native call of a handle does not use that method. Each generation looks it up again if the
/// type has changed since. All functions need the GIL.
class RunPatch final
{
public:
    /// False with a Python error set.
    static bool initialize();

    static void look() noexcept
    {
        if (s_type->tp_version_tag != s_version || s_version == 0)
            lookUp();
    }

    /// Borrowed; null if the method is asyncio's own.
    static PyObject *function() noexcept { return s_function; }

private:
    static void lookUp() noexcept;

    static inline PyTypeObject *s_type = nullptr;
    static inline PyObject *s_globals = nullptr; // those of asyncio.events
    static inline PyObject *s_function = nullptr;
    static inline unsigned int s_version = 0; // of the type, when it was looked at; 0 is none
};

} // namespace QtAsyncio
