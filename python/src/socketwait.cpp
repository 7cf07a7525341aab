// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "socketwait.h"
#include "arguments.h"
#include "handle.h"
#include "loopobject.h"
#include "nativecall.h"
#include "ref.h"

#include <cerrno>
#include <climits>

namespace QtAsyncio::SocketWait {

namespace {

HandleQueue &queueOf(const SocketOperation &operation)
{
    return *EventLoop::toLoop(operation.loop)->queue;
}

void stopWatching(SocketOperation &operation)
{
    queueOf(operation).release(operation.descriptor, operation.kind->interest, operation.handle);
    Py_CLEAR(operation.handle);
}

/// True or false, or -1 with a Python error set.
int isDone(PyObject *future)
{
    static PyObject *const name = PyUnicode_InternFromString("done");
    PyObject *result = PyObject_CallMethodNoArgs(future, name);
    const int done = result ? PyObject_IsTrue(result) : -1;
    Py_XDECREF(result);
    return done;
}

/// The callback of the watch. It does nothing but resolve the future, which has the task make its
/// next step.
PyObject *resume(PyObject *, PyObject *self)
{
    static PyObject *const name = PyUnicode_InternFromString("set_result");
    if (!SocketOperation::is(self))
        return PyErr_Format(PyExc_TypeError, "a SocketOperation is expected, not '%s'",
                            Py_TYPE(self)->tp_name);
    SocketOperation &operation = SocketOperation::of(self);
    if (!operation.handle)
        Py_RETURN_NONE;
    PyObject *future = Py_NewRef(operation.future);
    stopWatching(operation);
    const int done = isDone(future);
    PyObject *result = done < 0 ? nullptr
            : done              ? Py_NewRef(Py_None)
                                : PyObject_CallMethodOneArg(future, name, Py_None);
    Py_DECREF(future);
    return result;
}

PyObject *resumeFunction()
{
    static PyMethodDef definition = { "resume", NativeCall::method<resume>(), METH_O, nullptr };
    static PyObject *const function = PyCFunction_New(&definition, nullptr);
    return function;
}

/// Whether the loop may have a transport for the descriptor, even a closing one; true if only the
/// loop itself can tell. -1 with a Python error set.
int mayHaveTransport(const SocketOperation &operation)
{
    static PyObject *const transportsName = PyUnicode_InternFromString("_transports");
    static PyObject *const dataName = PyUnicode_InternFromString("data");
    PyObject *transports = PyObject_GetAttr(operation.loop, transportsName);
    PyObject *data = transports ? PyObject_GetAttr(transports, dataName) : nullptr;
    Py_XDECREF(transports);
    if (!data) { // a mapping of another kind: only the loop can tell
        if (!PyErr_ExceptionMatches(PyExc_AttributeError))
            return -1;
        PyErr_Clear();
        return 1;
    }
    int contained = PyDict_Check(data) ? PyDict_GET_SIZE(data) != 0 : 1;
    if (contained == 1 && PyDict_Check(data)) {
        PyObject *number = PyLong_FromLong(operation.descriptor);
        contained = number ? PyDict_Contains(data, number) : -1;
        Py_XDECREF(number);
    }
    Py_DECREF(data);
    return contained;
}

/// As the public functions for descriptors: refuses one that a transport has.
bool checkNoTransport(const SocketOperation &operation)
{
    const int mayHave = mayHaveTransport(operation);
    if (mayHave <= 0)
        return mayHave == 0;
    PyObject *result = PyObject_CallMethod(operation.loop, "_ensure_fd_no_transport", "i",
                                           operation.descriptor);
    Py_XDECREF(result);
    return result;
}

bool watch(PyObject *self)
{
    SocketOperation &operation = SocketOperation::of(self);
    HandleQueue &queue = queueOf(operation);
    Ref handle(Handles::create(operation.loop, { resumeFunction(), &self, 1 }, queue.isDebug()));
    if (!handle)
        return false;
    Handles::makeKnown(handle.get());
    const int error = queue.watchers().add(operation.descriptor, operation.kind->interest,
                                           Py_NewRef(handle.get()));
    if (error == 0) {
        operation.handle = handle.release();
        return true;
    }
    errno = error;
    if (error != HandleWatchers::Raised)
        PyErr_SetFromErrno(PyExc_OSError);
    return false;
}

PyObject *createFuture(PyObject *loop)
{
    static PyObject *const name = PyUnicode_InternFromString("create_future");
    static PyObject *const blockingName = PyUnicode_InternFromString("_asyncio_future_blocking");
    PyObject *future = PyObject_CallMethodNoArgs(loop, name);
    // What awaiting it does: whoever runs the coroutine knows by it that this is meant.
    if (future && PyObject_SetAttr(future, blockingName, Py_True) < 0)
        Py_CLEAR(future);
    return future;
}

} // namespace

PyObject *begin(PyObject *self)
{
    SocketOperation &operation = SocketOperation::of(self);
    operation.waited = true;
    if (!EventLoop::checkOpen(operation.loop) || (!operation.isPlain && !readDescriptor(operation))
        || !checkNoTransport(operation))
        return nullptr;
    operation.future = createFuture(operation.loop);
    if (operation.future && watch(self))
        return Py_NewRef(operation.future);
    Py_CLEAR(operation.future);
    return nullptr;
}

void end(SocketOperation &operation)
{
    if (operation.handle) {
        PyObject *handle = Py_NewRef(operation.handle);
        stopWatching(operation);
        if (!Handles::cancel(handle)) // it may be queued
            PyErr_WriteUnraisable(handle);
        Py_DECREF(handle);
    }
    Py_CLEAR(operation.future);
}

bool isOver(const SocketOperation &operation)
{
    const int done = operation.handle ? isDone(operation.future) : 1;
    if (done == 0)
        PyErr_SetString(PyExc_RuntimeError, "coroutine is being awaited already");
    return done == 1;
}

bool readDescriptor(SocketOperation &operation)
{
    static PyObject *const name = PyUnicode_InternFromString("fileno");
    PyObject *number = PyObject_CallMethodNoArgs(operation.socket, name);
    const long descriptor = number ? PyLong_AsLong(number) : -1;
    Py_XDECREF(number);
    operation.descriptor = descriptor < 0 || descriptor > INT_MAX ? -1 : int(descriptor);
    return !PyErr_Occurred();
}

} // namespace QtAsyncio::SocketWait
