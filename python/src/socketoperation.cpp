// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "socketoperation.h"
#include "nativecall.h"
#include "socketcoroutine.h"

#include <structmember.h>

#include <cstddef>

namespace QtAsyncio {

namespace {

using State = SocketOperation::State;

constexpr const char *Owner = "QAsyncioEventLoop."; // for the qualified names

PyTypeObject *s_type = nullptr;
PyTypeObject *s_plainSocket = nullptr; // socket.socket

// ---- Life

int traverse(PyObject *self, visitproc visit, void *arg)
{
    const SocketOperation &operation = SocketOperation::of(self);
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(operation.loop);
    Py_VISIT(operation.socket);
    Py_VISIT(operation.arguments[0]);
    Py_VISIT(operation.arguments[1]);
    Py_VISIT(operation.future);
    Py_VISIT(operation.handle);
    Py_VISIT(operation.data.obj);
    return 0;
}

/// No watch is left then: the loop that had it would refer to this, and is garbage as well.
int clear(PyObject *self)
{
    SocketOperation &operation = SocketOperation::of(self);
    Py_CLEAR(operation.future);
    Py_CLEAR(operation.handle);
    SocketCoroutine::finish(operation);
    return 0;
}

void finalize(PyObject *self)
{
    if (SocketOperation::of(self).state != State::Created)
        return;
    PyObject *type = nullptr;
    PyObject *value = nullptr;
    PyObject *traceback = nullptr;
    PyErr_Fetch(&type, &value, &traceback);
    if (PyErr_WarnFormat(PyExc_RuntimeWarning, 1, "coroutine '%s%s' was never awaited", Owner,
                         SocketOperation::of(self).kind->name)
        < 0)
        PyErr_WriteUnraisable(self);
    PyErr_Restore(type, value, traceback);
}

void deallocate(PyObject *self)
{
    if (SocketOperation::of(self).state == State::Created
        && PyObject_CallFinalizerFromDealloc(self) < 0)
        return; // somebody has kept it
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    if (SocketOperation::of(self).weakReferences)
        PyObject_ClearWeakRefs(self);
    clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

// ---- What there is to see

PyObject *awaited(PyObject *self)
{
    return Py_NewRef(self);
}

PyObject *represent(PyObject *self)
{
    return PyUnicode_FromFormat("<coroutine object %s%s at %p>", Owner,
                                SocketOperation::of(self).kind->name, self);
}

PyObject *getName(PyObject *self, void *)
{
    return PyUnicode_FromString(SocketOperation::of(self).kind->name);
}

PyObject *getQualifiedName(PyObject *self, void *)
{
    return PyUnicode_FromFormat("%s%s", Owner, SocketOperation::of(self).kind->name);
}

template <State state> PyObject *isInState(PyObject *self, void *)
{
    return PyBool_FromLong(SocketOperation::of(self).state == state);
}

PyObject *getNone(PyObject *, void *)
{
    Py_RETURN_NONE;
}

/// There is no cr_await: who finds one takes it that there is a frame to go with it.
PyGetSetDef s_attributes[] = {
    { "__name__", NativeCall::get<getName>(), nullptr, nullptr, nullptr },
    { "__qualname__", NativeCall::get<getQualifiedName>(), nullptr, nullptr, nullptr },
    { "cr_running", NativeCall::get<isInState<State::Running>>(), nullptr, nullptr, nullptr },
    { "cr_suspended", NativeCall::get<isInState<State::Suspended>>(), nullptr, nullptr, nullptr },
    { "cr_code", NativeCall::get<getNone>(), nullptr, nullptr, nullptr },
    { "cr_frame", NativeCall::get<getNone>(), nullptr, nullptr, nullptr },
    { "cr_origin", NativeCall::get<getNone>(), nullptr, nullptr, nullptr },
    { nullptr, nullptr, nullptr, nullptr, nullptr },
};

PyMemberDef s_members[] = {
    { "__weaklistoffset__", T_PYSSIZET, offsetof(SocketOperation, weakReferences), READONLY,
      nullptr },
    { nullptr, 0, 0, 0, nullptr },
};

PyMethodDef s_methods[] = {
    { "send", NativeCall::method<SocketCoroutine::send>(), METH_O,
      "Make the next step, as `coroutine.send`." },
    { "throw", NativeCall::method<SocketCoroutine::throwInto>(), METH_FASTCALL,
      "End the operation with an exception, as `coroutine.throw`." },
    { "close", NativeCall::method<SocketCoroutine::close>(), METH_NOARGS,
      "End the operation, as `coroutine.close`." },
    { nullptr, nullptr, 0, nullptr },
};

PyType_Slot s_slots[] = {
    { Py_tp_doc, const_cast<char *>("The coroutine of an operation on a socket.") },
    { Py_tp_traverse, reinterpret_cast<void *>(traverse) },
    { Py_tp_clear, reinterpret_cast<void *>(clear) },
    { Py_tp_finalize, reinterpret_cast<void *>(finalize) },
    { Py_tp_dealloc, reinterpret_cast<void *>(deallocate) },
    { Py_tp_repr, NativeCall::slot<represent>() },
    { Py_tp_iternext, NativeCall::slot<SocketCoroutine::next>() },
    { Py_am_await, NativeCall::slot<awaited>() },
    { Py_am_send, NativeCall::slot<SocketCoroutine::amSend>() },
    { Py_tp_methods, s_methods },
    { Py_tp_members, s_members },
    { Py_tp_getset, s_attributes },
    { 0, nullptr },
};

PyType_Spec s_spec = { "QtAsyncio._native.SocketOperation", sizeof(SocketOperation), 0,
                       Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                       s_slots };

bool registerAsCoroutine()
{
    PyObject *module = PyImport_ImportModule("collections.abc");
    PyObject *coroutine = module ? PyObject_GetAttrString(module, "Coroutine") : nullptr;
    PyObject *result =
            coroutine ? PyObject_CallMethod(coroutine, "register", "O", s_type) : nullptr;
    Py_XDECREF(module);
    Py_XDECREF(coroutine);
    Py_XDECREF(result);
    return result;
}

} // namespace

bool SocketOperation::initialize(PyObject *module)
{
    PyObject *sockets = PyImport_ImportModule("socket");
    PyObject *plain = sockets ? PyObject_GetAttrString(sockets, "socket") : nullptr;
    Py_XDECREF(sockets);
    s_plainSocket =
            reinterpret_cast<PyTypeObject *>(plain); // kept for good, to compare types with it
    s_type = plain ? reinterpret_cast<PyTypeObject *>(PyType_FromSpec(&s_spec)) : nullptr;
    return s_type && registerAsCoroutine() && PyModule_AddType(module, s_type) == 0;
}

bool SocketOperation::is(PyObject *object) noexcept
{
    return Py_IS_TYPE(object, s_type);
}

PyObject *SocketOperation::create(PyObject *loop, const SocketOperationKind &kind, PyObject *socket,
                                  PyObject *first, PyObject *second)
{
    auto *operation = PyObject_GC_New(SocketOperation, s_type);
    if (!operation)
        return nullptr;
    operation->kind = &kind;
    operation->loop = Py_NewRef(loop);
    operation->socket = Py_NewRef(socket);
    operation->arguments[0] = Py_XNewRef(first);
    operation->arguments[1] = Py_XNewRef(second);
    operation->future = nullptr;
    operation->handle = nullptr;
    operation->weakReferences = nullptr;
    operation->data.obj = nullptr;
    operation->sent = 0;
    operation->descriptor = -1;
    operation->state = State::Created;
    operation->isPlain = Py_IS_TYPE(socket, s_plainSocket);
    operation->waited = false;
    PyObject_GC_Track(operation);
    return reinterpret_cast<PyObject *>(operation);
}

} // namespace QtAsyncio
