// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "socketoperation.h"

/// What the coroutine of an operation does when it is asked for a step, in the forms in which
/// Python asks. Each error is the one that a coroutine of Python's own raises.
namespace QtAsyncio::SocketCoroutine {

PySendResult amSend(PyObject *self, PyObject *value, PyObject **result);
PyObject *next(PyObject *self);
PyObject *send(PyObject *self, PyObject *value);
PyObject *throwInto(PyObject *self, PyObject *const *args, Py_ssize_t count);
PyObject *close(PyObject *self, PyObject *);

/// Ends it: stops watching, and drops all but what its representation tells.
void finish(SocketOperation &operation);

} // namespace QtAsyncio::SocketCoroutine
