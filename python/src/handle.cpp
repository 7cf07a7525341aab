// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "handle.h"
#include "handleslots.h"

#include <pybind11/pybind11.h>

namespace py = pybind11;

namespace QtAsyncio::Handles {

namespace {

/// A handle of another type, as a derived one or the standard library's own, runs itself.
HandleOutcome runForeign(PyObject *handle)
{
    PyObject *result = PyObject_CallMethod(handle, "_run", nullptr);
    Py_XDECREF(result);
    return result ? HandleOutcome::Done : HandleOutcome::Raised;
}

/// Something else than a contextvars.Context was given: asyncio would call its run().
PyObject *callThroughRun(PyObject *context, PyObject *callback, PyObject *arguments)
{
    try {
        const py::object run = py::reinterpret_borrow<py::object>(context).attr("run");
        const auto bound = py::reinterpret_borrow<py::object>(callback);
        return run(bound, *py::reinterpret_borrow<py::tuple>(arguments)).release().ptr();
    } catch (py::error_already_set &error) {
        error.restore();
        return nullptr;
    }
}

/// Hands the exception that is set to the loop's handler, in asyncio's words.
HandleOutcome report(PyObject *handle)
{
    if (PyErr_ExceptionMatches(PyExc_SystemExit) || PyErr_ExceptionMatches(PyExc_KeyboardInterrupt))
        return HandleOutcome::Raised;
    const py::error_already_set error; // takes the exception that is set
    try {
        const auto module = py::module_::import("QtAsyncio._callbacks");
        if (error.trace())
            PyException_SetTraceback(error.value().ptr(), error.trace().ptr());
        module.attr("report_exception")(py::handle(handle), error.value());
        return HandleOutcome::Done;
    } catch (py::error_already_set &failure) {
        failure.restore(); // the exception handler itself asks the loop to end
        return HandleOutcome::Raised;
    }
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

} // namespace

bool cancel(PyObject *handle)
{
    if (isCancelled(handle))
        return true;
    static PyObject *const getDebugName = PyUnicode_InternFromString("get_debug");
    static PyObject *const timerCancelledName =
            PyUnicode_InternFromString("_timer_handle_cancelled");
    PyObject *loop = slot(handle, s_layout.loop);
    if (!loop) // the collector was here, and has taken it apart
        return true;
    PyObject *debug = PyObject_CallMethodNoArgs(loop, getDebugName);
    Py_XDECREF(debug);
    if (!debug || (debug == Py_True && !keepRepresentation(handle)))
        return false;
    setSlot(handle, s_layout.cancelled, Py_True);
    setSlot(handle, s_layout.callback, Py_None);
    setSlot(handle, s_layout.args, Py_None);
    if (!isTimer(handle))
        return true;
    PyObject *result = PyObject_CallMethodOneArg(loop, timerCancelledName, handle);
    Py_XDECREF(result);
    return result;
}

HandleOutcome run(PyObject *handle)
{
    return isOurs(handle) ? call(handle) : runForeign(handle);
}

HandleOutcome call(PyObject *handle)
{
    if (isCancelled(handle))
        return HandleOutcome::Done;
    PyObject *context = Py_NewRef(slot(handle, s_layout.context));
    const bool isContext = PyContext_CheckExact(context);
    if (isContext && PyContext_Enter(context) < 0) {
        PyErr_Clear();
        Py_DECREF(context);
        return HandleOutcome::Busy;
    }
    // The callback may cancel its handle, which drops what it holds.
    PyObject *callback = Py_NewRef(slot(handle, s_layout.callback));
    PyObject *arguments = Py_NewRef(slot(handle, s_layout.args));
    PyObject *result = isContext ? callInContext(context, callback, arguments)
                                 : callThroughRun(context, callback, arguments);
    Py_DECREF(callback);
    Py_DECREF(arguments);
    Py_DECREF(context);
    if (!result)
        return report(handle);
    Py_DECREF(result);
    return HandleOutcome::Done;
}

} // namespace QtAsyncio::Handles
