// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

namespace QtAsyncio::TaskCoroutine {

/// Replaces the coroutine of a task, \a former, which has made its first step.
///
/// `python -m asyncio ps` and debuggers read the stack of a task in another process, from the
/// coroutine in the task's structure; they see no stack in a Python object. The structure is
/// private, so the one word that refers to \a former is changed, and asyncio's own get_coro() has
/// to agree before and after. Returns whether the task has \a coroutine now.
bool replace(PyObject *task, PyObject *former, PyObject *coroutine);

/// Looks up asyncio's class of tasks in C; false with a Python error set.
bool initialize();

} // namespace QtAsyncio::TaskCoroutine
