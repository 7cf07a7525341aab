// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

namespace QtAsyncio::Releases {

/// Adds to a module the functions that release what the Python half has acquired.
///
/// The handler of a signal, a debugger or another thread can raise an exception between any two
/// instructions of Python, even within a `finally` block. So a function first appends a release to
/// a list, and then acquires the resource. A release that has nothing to do, or is called twice,
/// must do no harm. The functions here call the releases, last one first, without an instruction of
/// Python in between. If a release raises, they call it again, because it may have been
/// interrupted, unless it fails in the same way once more. They raise the exception at the end.
///
/// The frame of a function that returns what it has acquired has an instruction after the
/// acquisition: the return. call_or_undo() therefore calls the whole function.
bool addTo(PyObject *module);

} // namespace QtAsyncio::Releases
