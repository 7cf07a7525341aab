// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "handle.h"
#include "handleslots.h"
#include "nativecall.h"
#include "slotoffset.h"
#include "threadsafehandle.h"

#include <pybind11/pybind11.h>

namespace py = pybind11;

namespace QtAsyncio::Handles {

Layout s_layout;
PyTypeObject *s_handleType = nullptr;
PyTypeObject *s_timerType = nullptr;
PyTypeObject *s_threadSafeType = nullptr;

namespace {

// ---- The slots of the types

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

int traverseThreadSafe(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(slot(self, s_layout.lock));
    return traverse(self, visit, arg);
}

int clearThreadSafe(PyObject *self)
{
    Py_CLEAR(slot(self, s_layout.lock));
    return clear(self);
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
    if (!isOurs(self) || !freeList(type).keep(self)) {
        if (hasLock(self))
            Py_CLEAR(slot(self, s_layout.lock));
        type->tp_free(self);
    }
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
    return runByMethod(self);
}

const char *shownName(PyObject *handle)
{
    if (isThreadSafe(handle))
        return "_ThreadSafeHandle";
    return isTimer(handle) ? "TimerHandle" : "Handle";
}

/// As asyncio.Handle, under its names too: tools and tests look for them in log messages.
PyObject *reprInfoMethod(PyObject *self, PyObject *)
{
    auto *base = reinterpret_cast<PyObject *>(s_handleType->tp_base);
    PyObject *info = PyObject_CallMethod(base, "_repr_info", "O", self);
    if (!info || !isOurs(self) || !PyList_Check(info) || PyList_GET_SIZE(info) == 0)
        return info;
    PyObject *name = PyUnicode_InternFromString(shownName(self));
    if (!name || PyList_SetItem(info, 0, name) < 0)
        Py_CLEAR(info);
    return info;
}

PyObject *getContext(PyObject *self, void *)
{
    PyObject *context = slot(self, s_layout.context);
    return Py_NewRef(context ? context : Py_None);
}

/// As the slot of asyncio.Handle, but the context that goes is made known before.
int setContext(PyObject *self, PyObject *value, void *)
{
    track(slot(self, s_layout.context));
    setSlot(self, s_layout.context, value);
    return 0;
}

PyGetSetDef s_attributes[] = {
    { "_context", NativeCall::get<getContext>(), NativeCall::set<setContext>(), nullptr, nullptr },
    { nullptr, nullptr, nullptr, nullptr, nullptr },
};

PyMethodDef s_handleMethods[] = {
    { "cancel", NativeCall::method<cancelMethod>(), METH_NOARGS,
      "cancel($self)\n--\n\n"
      "Cancel the callback. As `asyncio.Handle.cancel`." },
    { "cancelled", NativeCall::method<cancelledMethod>(), METH_NOARGS,
      "cancelled($self)\n--\n\n"
      "Return whether the callback was cancelled. As `asyncio.Handle.cancelled`." },
    { "_run", NativeCall::method<runMethod>(), METH_NOARGS, nullptr },
    { "_repr_info", NativeCall::method<reprInfoMethod>(), METH_NOARGS, nullptr },
    { nullptr, nullptr, 0, nullptr },
};

/// The methods that asyncio.TimerHandle, which comes first, would override.
PyMethodDef s_timerMethods[] = {
    { "cancel", NativeCall::method<cancelMethod>(), METH_NOARGS,
      "cancel($self)\n--\n\n"
      "Cancel the callback. As `asyncio.TimerHandle.cancel`." },
    { nullptr, nullptr, 0, nullptr },
};

PyTypeObject *createType(const char *name, const char *doc, py::tuple bases, PyMethodDef *methods,
                         traverseproc traverser, inquiry clearer)
{
    PyType_Slot slots[] = {
        { Py_tp_doc, const_cast<char *>(doc) },
        { Py_tp_methods, methods },
        { Py_tp_getset, s_attributes },
        { Py_tp_traverse, reinterpret_cast<void *>(traverser) },
        { Py_tp_clear, reinterpret_cast<void *>(clearer) },
        { Py_tp_dealloc, reinterpret_cast<void *>(deallocate) },
        { 0, nullptr },
    };
    const auto *base = reinterpret_cast<PyTypeObject *>(bases[0].ptr());
    PyType_Spec spec = { name, int(base->tp_basicsize), 0,
                         Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots };
    return reinterpret_cast<PyTypeObject *>(PyType_FromSpecWithBases(&spec, bases.ptr()));
}

void readLayout(py::handle handle, py::handle timer)
{
    s_layout = { .callback = slotOffset(handle, "_callback"),
                 .args = slotOffset(handle, "_args"),
                 .cancelled = slotOffset(handle, "_cancelled"),
                 .loop = slotOffset(handle, "_loop"),
                 .sourceTraceback = slotOffset(handle, "_source_traceback"),
                 .repr = slotOffset(handle, "_repr"),
                 .context = slotOffset(handle, "_context"),
                 .scheduled = slotOffset(timer, "_scheduled"),
                 .when = slotOffset(timer, "_when"),
                 .lock = 0 };
}

PyTypeObject *createThreadSafeType(py::handle threadSafeHandle)
{
    s_layout.lock = slotOffset(threadSafeHandle, "_lock");
    return createType("QtAsyncio._native.ThreadSafeHandle",
                      "A callback that other threads may cancel. As `asyncio.Handle`.",
                      py::make_tuple(threadSafeHandle,
                                     py::handle(reinterpret_cast<PyObject *>(s_handleType))),
                      s_threadSafeMethods, traverseThreadSafe, clearThreadSafe);
}

} // namespace

void track(PyObject *object) noexcept
{
    if (object && PyObject_IS_GC(object) && !PyObject_GC_IsTracked(object))
        PyObject_GC_Track(object);
}

bool initialize(PyObject *module)
{
    try {
        const auto events = py::module_::import("asyncio.events");
        const py::object handle = events.attr("Handle");
        const py::object timer = events.attr("TimerHandle");
        readLayout(handle, timer);
        s_handleType = createType("QtAsyncio.QAsyncioHandle",
                                  "A callback that waits in a loop. As `asyncio.Handle`.",
                                  py::make_tuple(handle), s_handleMethods, traverse, clear);
        if (!s_handleType)
            return false;
        s_timerType = createType(
                "QtAsyncio.QAsyncioTimerHandle",
                "A callback that waits for its time. As `asyncio.TimerHandle`.",
                // asyncio's first: it has the comparison by time.
                py::make_tuple(timer, py::handle(reinterpret_cast<PyObject *>(s_handleType))),
                s_timerMethods, traverseTimer, clearTimer);
        if (HasThreadSafeHandles)
            s_threadSafeType = createThreadSafeType(events.attr("_ThreadSafeHandle"));
        return s_timerType && (s_threadSafeType || !HasThreadSafeHandles)
                && HandleLock::initialize() && PyModule_AddType(module, s_handleType) == 0
                && PyModule_AddType(module, s_timerType) == 0;
    } catch (py::error_already_set &error) {
        error.restore();
        return false;
    }
}

void makeKnown(PyObject *handle)
{
    if (!PyObject_TypeCheck(handle, s_handleType))
        return; // the standard library's own, known from the start
    track(slot(handle, s_layout.context));
    track(handle);
}

void releaseQueued(PyObject *handle)
{
    if (Py_REFCNT(handle) > 1)
        makeKnown(handle);
    Py_DECREF(handle);
}

bool isHandle(PyObject *object) noexcept
{
    return PyObject_TypeCheck(object, s_handleType->tp_base);
}

bool isTimer(PyObject *handle) noexcept
{
    return !Py_IS_TYPE(handle, s_handleType) && PyObject_TypeCheck(handle, s_timerType);
}

bool isCancelled(PyObject *handle) noexcept
{
    return slot(handle, s_layout.cancelled) != Py_False; // null: the garbage collector was here
}

void setScheduled(PyObject *timer, bool scheduled) noexcept
{
    setSlot(timer, s_layout.scheduled, scheduled ? Py_True : Py_False);
}

bool isScheduled(PyObject *timer) noexcept
{
    return slot(timer, s_layout.scheduled) == Py_True;
}

} // namespace QtAsyncio::Handles
