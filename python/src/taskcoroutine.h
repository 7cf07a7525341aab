// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

namespace QtAsyncio::TaskCoroutine {

/// Has a task go on with \a coroutine in the place of \a former, which has made its first step.
///
/// `python -m asyncio ps` and debuggers read the stack of a task in another process, from the
/// coroutine that the task's structure names: they see nothing of one that is a Python object. The
/// structure is private, so the place is looked for, and nothing is changed unless exactly one
/// fits. True if the task has the other coroutine now.
bool replace(PyObject *task, PyObject *former, PyObject *coroutine);

/// Looks up asyncio's class of tasks in C; false with a Python error set.
bool initialize();

} // namespace QtAsyncio::TaskCoroutine
