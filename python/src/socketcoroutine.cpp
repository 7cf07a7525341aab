// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "socketcoroutine.h"
#include "loopobject.h"
#include "nativecall.h"
#include "socketwait.h"

namespace QtAsyncio::SocketCoroutine {

namespace {

using State = SocketOperation::State;

bool mayBeDebugged(const SocketOperation &operation)
{
    PyObject *timeout = PyObject_CallMethod(operation.socket, "gettimeout", nullptr);
    PyObject *zero = timeout ? PyLong_FromLong(0) : nullptr;
    const int blocks = zero ? PyObject_RichCompareBool(timeout, zero, Py_NE) : -1;
    Py_XDECREF(timeout);
    Py_XDECREF(zero);
    if (blocks == 1)
        PyErr_SetString(PyExc_ValueError, "the socket must be non-blocking");
    return blocks == 0;
}

/// asyncio's checks, in its order and words.
bool check(const SocketOperation &operation)
{
    if (!operation.isPlain) {
        PyObject *module = PyImport_ImportModule("asyncio.base_events");
        PyObject *result = module
                ? PyObject_CallMethod(module, "_check_ssl_socket", "O", operation.socket)
                : nullptr;
        Py_XDECREF(module);
        Py_XDECREF(result);
        if (!result)
            return false;
    }
    return !EventLoop::toLoop(operation.loop)->queue->isDebug() || mayBeDebugged(operation);
}

/// False, with the error set that Python's coroutines raise, if no step can be made.
bool mayStep(const SocketOperation &operation)
{
    switch (operation.state) {
    case State::Created:
        return true;
    case State::Running:
        PyErr_SetString(PyExc_ValueError, "coroutine already executing");
        return false;
    case State::Suspended:
        return SocketWait::isOver(operation);
    case State::Finished:
        PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited coroutine");
        return false;
    }
    return false;
}

/// The result of an attempt, or null: with a Python error set, or because it would block.
PyObject *attempt(SocketOperation &operation, bool first)
{
    if ((first && !check(operation))
        || (operation.isPlain && !SocketWait::readDescriptor(operation)))
        return nullptr;
    return operation.kind->attempt(operation);
}

PySendResult step(PyObject *self, PyObject **result)
{
    SocketOperation &operation = SocketOperation::of(self);
    *result = nullptr;
    if (!mayStep(operation))
        return PYGEN_ERROR;
    const bool first = operation.state == State::Created;
    operation.state = State::Running;
    SocketWait::end(operation);
    *result = attempt(operation, first);
    const bool blocks = !*result && !PyErr_Occurred();
    if (blocks)
        *result = NativeCall::guarded([self] { return SocketWait::begin(self); });
    if (blocks && *result) {
        operation.state = State::Suspended;
        return PYGEN_NEXT;
    }
    finish(operation);
    return *result ? PYGEN_RETURN : PYGEN_ERROR;
}

/// Raises StopIteration with the result, which it takes over.
void stop(PyObject *result)
{
    // A tuple, or an exception, would be taken for the arguments of one.
    PyObject *exception = PyObject_CallOneArg(PyExc_StopIteration, result);
    Py_DECREF(result);
    if (exception)
        PyErr_SetObject(PyExc_StopIteration, exception);
    Py_XDECREF(exception);
}

/// An exception, without a value beside it; or its type.
bool isThrowable(PyObject *const *args, Py_ssize_t count)
{
    const bool hasValue = count > 1 && args[1] != Py_None;
    return PyExceptionInstance_Check(args[0]) ? !hasValue : bool(PyExceptionClass_Check(args[0]));
}

void restoreThrown(PyObject *const *args, Py_ssize_t count)
{
    PyObject *type = Py_NewRef(args[0]);
    PyObject *value = count > 1 && args[1] != Py_None ? Py_NewRef(args[1]) : nullptr;
    PyObject *traceback = count > 2 && args[2] != Py_None ? Py_NewRef(args[2]) : nullptr;
    if (PyExceptionInstance_Check(type)) {
        value = type;
        type = Py_NewRef(PyExceptionInstance_Class(value));
        if (!traceback)
            traceback = PyException_GetTraceback(value);
    }
    PyErr_Restore(type, value, traceback);
}

} // namespace

void finish(SocketOperation &operation)
{
    operation.state = State::Finished;
    SocketWait::end(operation);
    if (operation.data.obj)
        PyBuffer_Release(&operation.data);
    Py_CLEAR(operation.loop);
    Py_CLEAR(operation.socket);
    Py_CLEAR(operation.arguments[0]);
    Py_CLEAR(operation.arguments[1]);
}

PySendResult amSend(PyObject *self, PyObject *value, PyObject **result)
{
    if (value != Py_None && SocketOperation::of(self).state == State::Created) {
        *result = nullptr;
        PyErr_SetString(PyExc_TypeError, "can't send non-None value to a just-started coroutine");
        return PYGEN_ERROR;
    }
    return step(self, result);
}

PyObject *next(PyObject *self)
{
    PyObject *result = nullptr;
    if (step(self, &result) != PYGEN_RETURN)
        return result;
    if (result == Py_None)
        Py_DECREF(result); // which is what no StopIteration stands for
    else
        stop(result);
    return nullptr;
}

PyObject *send(PyObject *self, PyObject *value)
{
    PyObject *result = nullptr;
    if (amSend(self, value, &result) != PYGEN_RETURN)
        return result;
    stop(result);
    return nullptr;
}

/// Whatever is thrown ends the operation: what it has awaited tells nothing but readiness.
PyObject *throwInto(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    SocketOperation &operation = SocketOperation::of(self);
    if (count < 1 || count > 3) {
        PyErr_Format(PyExc_TypeError, "throw expected 1 to 3 arguments, got %zd", count);
        return nullptr;
    }
    if (!isThrowable(args, count)) {
        PyErr_SetString(PyExc_TypeError,
                        "exceptions must be classes or instances deriving from BaseException, "
                        "and an instance has no separate value");
        return nullptr;
    }
    if (operation.state == State::Running || operation.state == State::Finished) {
        static_cast<void>(mayStep(operation)); // sets the error
        return nullptr;
    }
    finish(operation);
    restoreThrown(args, count);
    return nullptr;
}

PyObject *close(PyObject *self, PyObject *)
{
    SocketOperation &operation = SocketOperation::of(self);
    if (operation.state == State::Running) {
        static_cast<void>(mayStep(operation));
        return nullptr;
    }
    finish(operation);
    Py_RETURN_NONE;
}

} // namespace QtAsyncio::SocketCoroutine
