// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "handle.h"

#include <pybind11/pybind11.h>

#include <structmember.h>

#include <array>
#include <cstring>

namespace py = pybind11;

namespace QtAsyncio::Handles {

namespace {

/// Where asyncio.Handle and asyncio.TimerHandle keep their slots, from the start of an object.
struct Layout
{
    Py_ssize_t callback, args, cancelled, loop, sourceTraceback, repr, context; // Handle
    Py_ssize_t scheduled, when; // TimerHandle
};

Layout s_layout;
PyTypeObject *s_handleType = nullptr;
PyTypeObject *s_timerType = nullptr;
PyObject *s_noArguments = nullptr;
PyObject *s_getDebugName = nullptr; // interned
PyObject *s_timerCancelledName = nullptr;

PyObject *&slot(PyObject *object, Py_ssize_t offset) noexcept
{
    return *reinterpret_cast<PyObject **>(reinterpret_cast<char *>(object) + offset);
}

void setSlot(PyObject *object, Py_ssize_t offset, PyObject *value) noexcept
{
    Py_XSETREF(slot(object, offset), Py_XNewRef(value));
}

bool isOurs(PyObject *handle) noexcept
{
    return Py_IS_TYPE(handle, s_handleType) || Py_IS_TYPE(handle, s_timerType);
}

// ---- The slots of the types

void track(PyObject *object) noexcept
{
    if (object && PyObject_IS_GC(object) && !PyObject_GC_IsTracked(object))
        PyObject_GC_Track(object);
}

int traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(slot(self, s_layout.callback));
    Py_VISIT(slot(self, s_layout.args));
    Py_VISIT(slot(self, s_layout.loop));
    Py_VISIT(slot(self, s_layout.sourceTraceback));
    Py_VISIT(slot(self, s_layout.context));
    return 0;
}

int clear(PyObject *self)
{
    track(slot(self, s_layout.context)); // contexts rely on that when they go
    Py_CLEAR(slot(self, s_layout.callback));
    Py_CLEAR(slot(self, s_layout.args));
    Py_CLEAR(slot(self, s_layout.cancelled));
    Py_CLEAR(slot(self, s_layout.loop));
    Py_CLEAR(slot(self, s_layout.sourceTraceback));
    Py_CLEAR(slot(self, s_layout.repr));
    Py_CLEAR(slot(self, s_layout.context));
    return 0;
}

int traverseTimer(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(slot(self, s_layout.when));
    return traverse(self, visit, arg);
}

int clearTimer(PyObject *self)
{
    Py_CLEAR(slot(self, s_layout.scheduled));
    Py_CLEAR(slot(self, s_layout.when));
    return clear(self);
}

/// Handles of the exact types that wait for their next use: most live for microseconds.
class FreeList final
{
public:
    PyObject *take(PyTypeObject *type)
    {
        if (m_count == 0)
            return nullptr;
        return PyObject_Init(m_objects[--m_count], type);
    }
    bool keep(PyObject *object)
    {
        if (m_count == m_objects.size())
            return false;
        m_objects[m_count++] = object;
        return true;
    }

private:
    std::array<PyObject *, 256> m_objects;
    std::size_t m_count = 0;
};

FreeList s_freeHandles;
FreeList s_freeTimers;

FreeList &freeList(PyTypeObject *type)
{
    return type == s_timerType ? s_freeTimers : s_freeHandles;
}

void deallocate(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    PyObject_ClearWeakRefs(self);
    if (isTimer(self))
        clearTimer(self);
    else
        clear(self);
    if (!isOurs(self) || !freeList(type).keep(self))
        type->tp_free(self);
    Py_DECREF(type);
}

// ---- Methods

PyObject *cancelMethod(PyObject *self, PyObject *)
{
    if (!cancel(self))
        return nullptr;
    Py_RETURN_NONE;
}

PyObject *cancelledMethod(PyObject *self, PyObject *)
{
    return PyBool_FromLong(isCancelled(self));
}

PyObject *runMethod(PyObject *self, PyObject *)
{
    if (run(self) != HandleOutcome::Done)
        return nullptr;
    Py_RETURN_NONE;
}

PyMethodDef s_methods[] = {
    { "cancel", cancelMethod, METH_NOARGS, "Cancel the callback. As `asyncio.Handle.cancel`." },
    { "cancelled", cancelledMethod, METH_NOARGS,
      "Return whether the callback was cancelled. As `asyncio.Handle.cancelled`." },
    { "_run", runMethod, METH_NOARGS, nullptr },
    { nullptr, nullptr, 0, nullptr },
};

Py_ssize_t offsetOf(py::handle type, const char *name)
{
    const py::object descriptor = type.attr("__dict__")[name];
    return reinterpret_cast<PyMemberDescrObject *>(descriptor.ptr())->d_member->offset;
}

PyTypeObject *createType(const char *name, const char *doc, py::tuple bases, traverseproc traverser,
                         inquiry clearer)
{
    PyType_Slot slots[] = {
        { Py_tp_doc, const_cast<char *>(doc) },
        { Py_tp_methods, s_methods },
        { Py_tp_traverse, reinterpret_cast<void *>(traverser) },
        { Py_tp_clear, reinterpret_cast<void *>(clearer) },
        { Py_tp_dealloc, reinterpret_cast<void *>(deallocate) },
        { 0, nullptr },
    };
    const auto *base = reinterpret_cast<PyTypeObject *>(bases[bases.size() - 1].ptr());
    PyType_Spec spec = { name, int(base->tp_basicsize), 0,
                         Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots };
    return reinterpret_cast<PyTypeObject *>(PyType_FromSpecWithBases(&spec, bases.ptr()));
}

void readLayout(py::handle handle, py::handle timer)
{
    s_layout = { .callback = offsetOf(handle, "_callback"),
                 .args = offsetOf(handle, "_args"),
                 .cancelled = offsetOf(handle, "_cancelled"),
                 .loop = offsetOf(handle, "_loop"),
                 .sourceTraceback = offsetOf(handle, "_source_traceback"),
                 .repr = offsetOf(handle, "_repr"),
                 .context = offsetOf(handle, "_context"),
                 .scheduled = offsetOf(timer, "_scheduled"),
                 .when = offsetOf(timer, "_when") };
}

// ---- Creation

PyObject *packArguments(PyObject *const *args, Py_ssize_t count)
{
    if (count == 0)
        return Py_NewRef(s_noArguments);
    PyObject *tuple = PyTuple_New(count);
    for (Py_ssize_t i = 0; tuple && i < count; ++i)
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(args[i]));
    return tuple;
}

/// The frames that lead to the caller, for the debug mode's messages.
PyObject *currentStack()
{
    try {
        const py::object frame =
                py::reinterpret_borrow<py::object>(reinterpret_cast<PyObject *>(PyEval_GetFrame()));
        return py::module_::import("asyncio.format_helpers")
                .attr("extract_stack")(frame)
                .release()
                .ptr();
    } catch (py::error_already_set &error) {
        error.restore();
        return nullptr;
    }
}

/// An object that the garbage collector does not know yet, with empty slots.
PyObject *allocate(PyTypeObject *type)
{
    if (PyObject *reused = freeList(type).take(type))
        return reused;
    PyObject *object = PyObject_GC_New(PyObject, type);
    if (object)
        std::memset(object + 1, 0, std::size_t(type->tp_basicsize) - sizeof(PyObject));
    return object;
}

PyObject *createOf(PyTypeObject *type, PyObject *loop, PyObject *callback, PyObject *const *args,
                   Py_ssize_t count, PyObject *context, bool debug)
{
    const bool copies = !context || context == Py_None;
    PyObject *ownContext = copies ? PyContext_CopyCurrent() : Py_NewRef(context);
    if (copies && ownContext)
        PyObject_GC_UnTrack(ownContext); // as the handle, and known again when that is
    PyObject *arguments = ownContext ? packArguments(args, count) : nullptr;
    PyObject *stack = arguments ? (debug ? currentStack() : Py_NewRef(Py_None)) : nullptr;
    PyObject *handle = stack ? allocate(type) : nullptr;
    if (!handle) {
        track(ownContext);
        Py_XDECREF(ownContext);
        Py_XDECREF(arguments);
        Py_XDECREF(stack);
        return nullptr;
    }
    slot(handle, s_layout.callback) = Py_NewRef(callback);
    slot(handle, s_layout.args) = arguments;
    slot(handle, s_layout.cancelled) = Py_NewRef(Py_False);
    slot(handle, s_layout.loop) = Py_NewRef(loop);
    slot(handle, s_layout.sourceTraceback) = stack;
    slot(handle, s_layout.repr) = Py_NewRef(Py_None);
    slot(handle, s_layout.context) = ownContext;
    return handle;
}

// ---- Running

/// A handle of another type, as the standard library's own, runs itself.
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

bool initialize(PyObject *module)
{
    try {
        const auto events = py::module_::import("asyncio.events");
        const py::object handle = events.attr("Handle");
        const py::object timer = events.attr("TimerHandle");
        readLayout(handle, timer);
        s_noArguments = py::tuple(0).release().ptr();
        s_getDebugName = PyUnicode_InternFromString("get_debug");
        s_timerCancelledName = PyUnicode_InternFromString("_timer_handle_cancelled");
        s_handleType = createType("QtAsyncio.QAsyncioHandle",
                                  "A callback that waits in a loop. As `asyncio.Handle`.",
                                  py::make_tuple(handle), traverse, clear);
        if (!s_handleType)
            return false;
        s_timerType = createType(
                "QtAsyncio.QAsyncioTimerHandle",
                "A callback that waits for its time. As `asyncio.TimerHandle`.",
                py::make_tuple(py::handle(reinterpret_cast<PyObject *>(s_handleType)), timer),
                traverseTimer, clearTimer);
        return s_timerType && PyModule_AddType(module, s_handleType) == 0
                && PyModule_AddType(module, s_timerType) == 0;
    } catch (py::error_already_set &error) {
        error.restore();
        return false;
    }
}

int visitQueued(PyObject *handle, visitproc visit, void *arg)
{
    if (PyObject_GC_IsTracked(handle) || !isOurs(handle)) {
        Py_VISIT(handle);
        return 0;
    }
    // What an untracked handle refers to counts as the queue's own, if nobody else has it. If
    // somebody has, the collector takes that all for reachable, until the handle has run.
    return Py_REFCNT(handle) == 1 ? traverse(handle, visit, arg) : 0;
}

void makeKnown(PyObject *handle)
{
    track(slot(handle, s_layout.context));
    track(handle);
}

void releaseQueued(PyObject *handle)
{
    if (Py_REFCNT(handle) > 1 && isOurs(handle))
        makeKnown(handle);
    Py_DECREF(handle);
}

bool isTimer(PyObject *handle) noexcept
{
    return !Py_IS_TYPE(handle, s_handleType) && PyObject_TypeCheck(handle, s_timerType);
}

bool isCancelled(PyObject *handle) noexcept
{
    return slot(handle, s_layout.cancelled) == Py_True;
}

void setScheduled(PyObject *timer, bool scheduled) noexcept
{
    setSlot(timer, s_layout.scheduled, scheduled ? Py_True : Py_False);
}

bool isScheduled(PyObject *timer) noexcept
{
    return slot(timer, s_layout.scheduled) == Py_True;
}

PyObject *create(PyObject *loop, PyObject *callback, PyObject *const *args, Py_ssize_t count,
                 PyObject *context, bool debug)
{
    return createOf(s_handleType, loop, callback, args, count, context, debug);
}

PyObject *createTimer(PyObject *loop, PyObject *when, PyObject *callback, PyObject *const *args,
                      Py_ssize_t count, PyObject *context, bool debug)
{
    PyObject *timer = createOf(s_timerType, loop, callback, args, count, context, debug);
    if (timer) {
        setSlot(timer, s_layout.when, when);
        setScheduled(timer, true);
        track(timer);
    }
    return timer;
}

bool cancel(PyObject *handle)
{
    if (isCancelled(handle))
        return true;
    PyObject *loop = slot(handle, s_layout.loop);
    PyObject *debug = PyObject_CallMethodNoArgs(loop, s_getDebugName);
    Py_XDECREF(debug);
    if (!debug || (debug == Py_True && !keepRepresentation(handle)))
        return false;
    setSlot(handle, s_layout.cancelled, Py_True);
    setSlot(handle, s_layout.callback, Py_None);
    setSlot(handle, s_layout.args, Py_None);
    if (!isTimer(handle))
        return true;
    PyObject *result = PyObject_CallMethodOneArg(loop, s_timerCancelledName, handle);
    Py_XDECREF(result);
    return result;
}

HandleOutcome run(PyObject *handle)
{
    if (!isOurs(handle))
        return runForeign(handle);
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
