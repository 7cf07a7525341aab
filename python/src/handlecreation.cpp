// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "arguments.h"
#include "handle.h"
#include "handleslots.h"
#include "threadsafehandle.h"

#include <cstring>

namespace QtAsyncio::Handles {

namespace {

PyObject *packArguments(const CallbackArguments &arguments)
{
    PyObject *tuple = PyTuple_New(arguments.restCount());
    for (Py_ssize_t i = 0; tuple && i < arguments.restCount(); ++i)
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(arguments.rest()[i]));
    return tuple;
}

/// The frames that lead to the caller, for the debug mode's messages.
PyObject *currentStack()
{
    auto *frame = reinterpret_cast<PyObject *>(PyEval_GetFrame());
    if (!frame)
        return Py_NewRef(Py_None); // called by a thread that runs no Python function
    PyObject *module = PyImport_ImportModule("asyncio.format_helpers");
    PyObject *stack = module ? PyObject_CallMethod(module, "extract_stack", "O", frame) : nullptr;
    Py_XDECREF(module);
    return stack;
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

PyObject *createOf(PyTypeObject *type, PyObject *loop, const CallbackArguments &given, bool debug)
{
    const bool copies = !given.context() || given.context() == Py_None;
    PyObject *ownContext = copies ? PyContext_CopyCurrent() : Py_NewRef(given.context());
    if (copies && ownContext)
        PyObject_GC_UnTrack(ownContext); // as the handle, and known again when that is
    PyObject *arguments = ownContext ? packArguments(given) : nullptr;
    PyObject *stack = arguments ? (debug ? currentStack() : Py_NewRef(Py_None)) : nullptr;
    PyObject *handle = stack ? allocate(type) : nullptr;
    if (!handle) {
        track(ownContext);
        Py_XDECREF(ownContext);
        Py_XDECREF(arguments);
        Py_XDECREF(stack);
        return nullptr;
    }
    slot(handle, s_layout.callback) = Py_NewRef(given.callback());
    slot(handle, s_layout.args) = arguments;
    slot(handle, s_layout.cancelled) = Py_NewRef(Py_False);
    slot(handle, s_layout.loop) = Py_NewRef(loop);
    slot(handle, s_layout.sourceTraceback) = stack;
    slot(handle, s_layout.repr) = Py_NewRef(Py_None);
    slot(handle, s_layout.context) = ownContext;
    return handle;
}

} // namespace

PyObject *create(PyObject *loop, const CallbackArguments &arguments, bool debug)
{
    return createOf(s_handleType, loop, arguments, debug);
}

PyObject *createThreadSafe(PyObject *loop, const CallbackArguments &arguments, bool debug)
{
    if constexpr (!HasThreadSafeHandles)
        return create(loop, arguments, debug);
    PyObject *handle = createOf(s_threadSafeType, loop, arguments, debug);
    if (handle && !HandleLock::addTo(handle))
        Py_CLEAR(handle);
    return handle;
}

PyObject *createTimer(PyObject *loop, PyObject *when, const CallbackArguments &arguments,
                      bool debug)
{
    PyObject *timer = createOf(s_timerType, loop, arguments, debug);
    if (timer) {
        setSlot(timer, s_layout.when, when);
        setScheduled(timer, true);
    }
    return timer;
}

} // namespace QtAsyncio::Handles
