// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "poller.h"

#include <Python.h>

/// The methods of `_native.EventLoop`, in the forms that Python calls: what each does is told in
/// the table of eventloop.cpp.
namespace QtAsyncio::EventLoop {

// loopscheduling.cpp
PyObject *time(PyObject *self, PyObject *);
PyObject *callSoon(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *callSoonThreadsafe(PyObject *self, PyObject *const *args, Py_ssize_t count,
                             PyObject *names);
PyObject *callLater(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *callAt(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *timerHandleCancelled(PyObject *self, PyObject *timer);
PyObject *addCallback(PyObject *self, PyObject *handle);
PyObject *writeToSelf(PyObject *self, PyObject *);

// loopdescriptors.cpp
PyObject *addReader(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *addWriter(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *removeReader(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *removeWriter(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *addOwnReader(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *addOwnWriter(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *removeOwnReader(PyObject *self, PyObject *descriptor);
PyObject *removeOwnWriter(PyObject *self, PyObject *descriptor);

// loopserving.cpp
PyObject *isSuspendingTask(PyObject *self, PyObject *);
PyObject *getLateTurn(PyObject *self, void *);
int setLateTurn(PyObject *self, PyObject *value, void *);

// loopaccepting.cpp
PyObject *acceptReady(PyObject *self, PyObject *arguments);

// loopsockets.cpp
PyObject *sockRecv(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *sockRecvInto(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *sockRecvFrom(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *sockRecvFromInto(PyObject *self, PyObject *const *args, Py_ssize_t count,
                           PyObject *names);
PyObject *sockSendAll(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *sockSendTo(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *sockAccept(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *connectSocket(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);

// looptasks.cpp
bool initializeTasks();
PyObject *createFuture(PyObject *self, PyObject *);
PyObject *createTask(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);

} // namespace QtAsyncio::EventLoop
