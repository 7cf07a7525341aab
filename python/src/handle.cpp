// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "handle.h"
#include "entrance.h"
#include "gil.h"
#include "handleslots.h"
#include "ref.h"
#include "runpatch.h"
#include "takeerror.h"
#include "threadsafehandle.h"

#include <Python.h>

namespace QtAsyncio::Handles {

namespace {

/// A handle of another type, as a derived one or the standard library's own, runs itself.
HandleOutcome runForeign(PyObject *handle)
{
    PyObject *result = PyObject_CallMethod(handle, "_run", nullptr);
    Py_XDECREF(result);
    return result ? HandleOutcome::Done : HandleOutcome::Raised;
}

/// Whether the context of a handle is on the stack already.
bool isEntered(PyObject *context)
{
    if (PyContext_Enter(context) < 0 || PyContext_Exit(context) < 0) {
        PyErr_Clear();
        return true;
    }
    return false;
}

/// Whether the slots hold what create() puts there. A program may have assigned something else, or
/// made the handle itself with a context or arguments of other types, which asyncio allows.
bool isUsual(PyObject *handle) noexcept
{
    PyObject *context = slot(handle, s_layout.context);
    PyObject *arguments = slot(handle, s_layout.args);
    return context && PyContext_CheckExact(context) && arguments && PyTuple_Check(arguments)
            && slot(handle, s_layout.callback);
}

/// As asyncio.Handle._run().
PyObject *callUnusual(PyObject *handle)
{
    const Ref context(PyObject_GetAttrString(handle, "_context"));
    const Ref run(context ? PyObject_GetAttrString(context.get(), "run") : nullptr);
    const Ref callback(run ? PyObject_GetAttrString(handle, "_callback") : nullptr);
    const Ref given(callback ? PyObject_GetAttrString(handle, "_args") : nullptr);
    const Ref arguments(given ? PySequence_Tuple(given.get()) : nullptr);
    const Ref first(arguments ? PyTuple_Pack(1, callback.get()) : nullptr);
    const Ref all(first ? PySequence_Concat(first.get(), arguments.get()) : nullptr);
    return all ? PyObject_Call(run.get(), all.get(), nullptr) : nullptr;
}

/// Runs a handle by what a tool has put in the place of asyncio's method.
HandleOutcome runPatched(PyObject *handle, Entrance &entrance)
{
    if (isCancelled(handle))
        return HandleOutcome::Done;
    PyObject *callback = Py_XNewRef(slot(handle, s_layout.callback));
    HandleOutcome outcome = HandleOutcome::Done;
    if (callback && !entrance.mayCall(callback)) {
        outcome = HandleOutcome::Busy;
    } else if (isUsual(handle) && isEntered(slot(handle, s_layout.context))) {
        outcome = HandleOutcome::BusyContext;
    } else {
        entrance.call(callback);
        PyObject *function = Py_NewRef(RunPatch::function()); // the tool may remove it
        PyObject *result = PyObject_CallOneArg(function, handle);
        entrance.returned();
        outcome = result ? HandleOutcome::Done : HandleOutcome::Raised;
        Py_XDECREF(result);
        Py_DECREF(function);
    }
    Py_XDECREF(callback);
    return outcome;
}

HandleOutcome runUnlocked(PyObject *handle, Entrance &entrance)
{
    return RunPatch::function() ? runPatched(handle, entrance) : call(handle, &entrance);
}

HandleOutcome runLocked(PyObject *handle, Entrance &entrance)
{
    const HandleLock lock(handle);
    return lock.isHeld() ? runUnlocked(handle, entrance) : HandleOutcome::Raised;
}

/// Hands the exception that is set to the loop's handler, in asyncio's words.
HandleOutcome report(PyObject *handle)
{
    if (errorEndsLoop())
        return HandleOutcome::Raised;
    const Ref exception(takeError());
    const Ref module(PyImport_ImportModule("QtAsyncio._callbacks"));
    const Ref result(module ? PyObject_CallMethod(module.get(), "report_exception", "OO", handle,
                                                  exception.get())
                            : nullptr);
    return result ? HandleOutcome::Done // else the exception handler asks the loop to end
                  : HandleOutcome::Raised;
}

/// A cancelled handle forgets its callback; the debug mode shows what it was all the same.
bool keepRepresentation(PyObject *handle)
{
    PyObject *representation = PyObject_Repr(handle);
    if (representation)
        setSlot(handle, s_layout.repr, representation);
    Py_XDECREF(representation);
    return representation;
}

PyObject *callInContext(PyObject *context, PyObject *callback, PyObject *arguments)
{
    PyObject *result = PyObject_Vectorcall(callback, &PyTuple_GET_ITEM(arguments, 0),
                                           std::size_t(PyTuple_GET_SIZE(arguments)), nullptr);
    if (PyContext_Exit(context) < 0)
        Py_CLEAR(result);
    return result;
}

/// Takes over the result of a callback, or the exception that is set instead.
HandleOutcome finish(PyObject *handle, PyObject *result)
{
    if (!result)
        return report(handle);
    Py_DECREF(result);
    return HandleOutcome::Done;
}

} // namespace

bool cancel(PyObject *handle)
{
    if (isCancelled(handle))
        return true;
    static PyObject *const getDebugName = PyUnicode_InternFromString("get_debug");
    static PyObject *const timerCancelledName =
            PyUnicode_InternFromString("_timer_handle_cancelled");
    PyObject *loop = slot(handle, s_layout.loop);
    if (!loop) // a program has deleted the attribute
        return true;
    PyObject *debug = PyObject_CallMethodNoArgs(loop, getDebugName);
    Py_XDECREF(debug);
    if (!debug)
        return false;
    setSlot(handle, s_layout.cancelled, Py_True);
    // At the interpreter's end a representation cannot be had, and is of no use to anybody.
    if (debug == Py_True && hasInterpreter() && !keepRepresentation(handle))
        return false;
    setSlot(handle, s_layout.callback, Py_None);
    setSlot(handle, s_layout.args, Py_None);
    if (!isTimer(handle))
        return true;
    PyObject *result = PyObject_CallMethodOneArg(loop, timerCancelledName, handle);
    Py_XDECREF(result);
    return result;
}

HandleOutcome run(PyObject *handle, Entrance &entrance)
{
    if (!isOurs(handle))
        return runForeign(handle);
    return isThreadSafe(handle) ? runLocked(handle, entrance) : runUnlocked(handle, entrance);
}

PyObject *runByMethod(PyObject *handle)
{
    switch (call(handle)) {
    case HandleOutcome::Done:
        Py_RETURN_NONE;
    case HandleOutcome::Busy:
    case HandleOutcome::BusyContext:
        PyErr_Format(PyExc_RuntimeError, "cannot enter the context of %R: it is entered already",
                     handle);
        break;
    case HandleOutcome::Raised:
        break;
    }
    return nullptr;
}

HandleOutcome call(PyObject *handle, Entrance *entrance)
{
    if (isCancelled(handle))
        return HandleOutcome::Done;
    if (!isUsual(handle))
        return finish(handle, callUnusual(handle));
    if (entrance && !entrance->mayCall(slot(handle, s_layout.callback)))
        return HandleOutcome::Busy;
    PyObject *context = Py_NewRef(slot(handle, s_layout.context));
    if (PyContext_Enter(context) < 0) {
        PyErr_Clear();
        Py_DECREF(context);
        return HandleOutcome::BusyContext;
    }
    // The callback may cancel its handle, which drops what it holds.
    PyObject *callback = Py_NewRef(slot(handle, s_layout.callback));
    PyObject *arguments = Py_NewRef(slot(handle, s_layout.args));
    if (entrance)
        entrance->call(callback);
    PyObject *result = callInContext(context, callback, arguments);
    if (entrance)
        entrance->returned();
    Py_DECREF(callback);
    Py_DECREF(arguments);
    Py_DECREF(context);
    return finish(handle, result);
}

} // namespace QtAsyncio::Handles
