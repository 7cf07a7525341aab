// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

namespace QtAsyncio::Releases {

/// Adds to a module the functions that release what the Python half has acquired.
///
/// The handler of a signal, a debugger or another thread can raise an exception between any two
/// instructions of Python, those of a `finally` block included. So a function first appends what
/// releases a resource to a list, and then acquires it; a release that has nothing to do, or is
/// called once more, does no harm. The list is worked off here, last entry first, where no
/// instruction of Python is in between. A release that raises is called again: it has been
/// interrupted. Then the exception goes on.
bool addTo(PyObject *module);

} // namespace QtAsyncio::Releases
