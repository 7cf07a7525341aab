// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "eventloop.h"
#include "loopmethods.h"
#include "loopobject.h"
#include "nativecall.h"
#include "ref.h"
#include "takeerror.h"

namespace QtAsyncio::EventLoop {

namespace {

PyTypeObject *s_type = nullptr;

// ---- Life

PyObject *newLoop(PyTypeObject *type, PyObject *, PyObject *)
{
    Ref self(type->tp_alloc(type, 0));
    if (!self)
        return nullptr;
    toLoop(self.get())->closed = true; // for __del__, until asyncio's constructor has opened it
    toLoop(self.get())->queue = new HandleQueue(self.get()); // throws without a descriptor left
    return self.release();
}

int traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    return toLoop(self)->queue ? toLoop(self)->queue->traverse(visit, arg) : 0;
}

int clear(PyObject *self)
{
    if (toLoop(self)->queue)
        toLoop(self)->queue->clear();
    return 0;
}

void deallocate(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    delete toLoop(self)->queue;
    type->tp_free(self);
    Py_DECREF(type);
}

// ---- What the Python half needs

PyObject *getDebug(PyObject *self, PyObject *)
{
    return PyBool_FromLong(toLoop(self)->queue->isDebug());
}

PyObject *clearHandles(PyObject *self, PyObject *)
{
    toLoop(self)->queue->clear();
    Py_RETURN_NONE;
}

PyObject *alwaysCheckThread(PyObject *self, PyObject *)
{
    toLoop(self)->checksThread = true;
    Py_RETURN_NONE;
}

PyObject *scheduleLikeQasync(PyObject *self, PyObject *)
{
    toLoop(self)->likeQasync = true;
    Py_RETURN_NONE;
}

PyObject *watchers(PyObject *self, PyObject *)
{
    return toLoop(self)->queue->watchers().toList();
}

PyObject *takeException(PyObject *self, PyObject *)
{
    PyObject *exception = toLoop(self)->queue->takeException();
    return exception ? exception : Py_NewRef(Py_None);
}

/// Raises the exception that has ended the run, if one did.
PyObject *raiseException(PyObject *self, PyObject *)
{
    PyObject *exception = toLoop(self)->queue->takeException();
    if (!exception)
        Py_RETURN_NONE;
    setError(exception);
    return nullptr;
}

PyObject *readySinceException(PyObject *self, PyObject *)
{
    return toLoop(self)->queue->readySinceException();
}

/// Ends the run with an exception. Without a run it raises it: a later run must not end with it.
PyObject *interrupt(PyObject *self, PyObject *exception)
{
    if (!PyExceptionInstance_Check(exception)) {
        PyErr_SetString(PyExc_TypeError, "an exception is needed to interrupt a run");
        return nullptr;
    }
    Py_INCREF(exception);
    if (!toLoop(self)->queue->hasHost()) {
        setError(exception);
        return nullptr;
    }
    toLoop(self)->queue->interrupt(exception);
    Py_RETURN_NONE;
}

/// Attributes of asyncio's base class that this type needs at hand.
using ReadFlag = bool (*)(Object *);
using WriteFlag = void (*)(Object *, bool);

template <ReadFlag read> PyObject *getFlag(PyObject *self, void *)
{
    return PyBool_FromLong(read(toLoop(self)));
}

template <WriteFlag write> int setFlag(PyObject *self, PyObject *value, void *)
{
    const int truth = value ? PyObject_IsTrue(value) : 0;
    if (truth >= 0)
        write(toLoop(self), truth);
    return truth < 0 ? -1 : 0;
}

bool isClosed(Object *loop)
{
    return loop->closed;
}

void setClosed(Object *loop, bool closed)
{
    loop->closed = closed;
}

bool isDebug(Object *loop)
{
    return loop->queue->isDebug();
}

void setDebug(Object *loop, bool debug)
{
    loop->queue->setDebug(debug);
}

bool isStopping(Object *loop)
{
    return loop->queue->isStopping();
}

void setStopping(Object *loop, bool stopping)
{
    loop->queue->setStopping(stopping);
}

PyObject *getReady(PyObject *self, void *)
{
    return toLoop(self)->queue->readyHandles();
}

PyObject *getScheduled(PyObject *self, void *)
{
    return toLoop(self)->queue->scheduledHandles();
}

/// asyncio's constructor makes queues of its own under these names; they are not used.
int ignore(PyObject *, PyObject *, void *)
{
    return 0;
}

constexpr int Keywords = METH_FASTCALL | METH_KEYWORDS;

PyMethodDef s_methods[] = {
    { "time", NativeCall::method<time>(), METH_NOARGS,
      "time($self)\n--\n\n"
      "Return the monotonic clock in seconds, as `time.monotonic`." },
    { "call_soon", NativeCall::method<callSoon>(), Keywords,
      "call_soon($self, callback, *args, context=None)\n--\n\n"
      "Run a callback in the next iteration. As `asyncio.loop.call_soon`." },
    { "call_soon_threadsafe", NativeCall::method<callSoonThreadsafe>(), Keywords,
      "call_soon_threadsafe($self, callback, *args, context=None)\n--\n\n"
      "Run a callback soon, from any thread. As `asyncio.loop.call_soon_threadsafe`." },
    { "call_later", NativeCall::method<callLater>(), Keywords,
      "call_later($self, delay, callback, *args, context=None)\n--\n\n"
      "Run a callback after a delay in seconds. As `asyncio.loop.call_later`; a delay that "
      "is not a number raises ValueError." },
    { "call_at", NativeCall::method<callAt>(), Keywords,
      "call_at($self, when, callback, *args, context=None)\n--\n\n"
      "Run a callback at a time of `time()`. As `asyncio.loop.call_at`; a time that is not "
      "a number raises ValueError." },
    { "add_reader", NativeCall::method<addReader>(), Keywords,
      "add_reader($self, fd, callback, *args)\n--\n\n"
      "Call back whenever a descriptor is readable. As `asyncio.loop.add_reader`." },
    { "remove_reader", NativeCall::method<removeReader>(), Keywords,
      "remove_reader($self, fd)\n--\n\n"
      "Stop watching for readability. As `asyncio.loop.remove_reader`." },
    { "add_writer", NativeCall::method<addWriter>(), Keywords,
      "add_writer($self, fd, callback, *args)\n--\n\n"
      "Call back whenever a descriptor is writable. As `asyncio.loop.add_writer`." },
    { "remove_writer", NativeCall::method<removeWriter>(), Keywords,
      "remove_writer($self, fd)\n--\n\n"
      "Stop watching for writability. As `asyncio.loop.remove_writer`." },
    { "create_task", NativeCall::method<createTask>(), Keywords,
      "create_task($self, coro, **kwargs)\n--\n\n"
      "Run a coroutine as a task. As `asyncio.loop.create_task`." },
    { "create_future", NativeCall::method<createFuture>(), METH_NOARGS,
      "create_future($self)\n--\n\n"
      "Return a new future of this loop. As `asyncio.loop.create_future`." },
    { "sock_recv", NativeCall::method<sockRecv>(), Keywords,
      "sock_recv($self, sock, n)\n--\n\n"
      "Receive bytes from a socket. As `asyncio.loop.sock_recv`." },
    { "sock_recv_into", NativeCall::method<sockRecvInto>(), Keywords,
      "sock_recv_into($self, sock, buf)\n--\n\n"
      "Receive into a buffer. As `asyncio.loop.sock_recv_into`." },
    { "sock_recvfrom", NativeCall::method<sockRecvFrom>(), Keywords,
      "sock_recvfrom($self, sock, bufsize)\n--\n\n"
      "Receive a datagram and its sender. As `asyncio.loop.sock_recvfrom`." },
    { "sock_recvfrom_into", NativeCall::method<sockRecvFromInto>(), Keywords,
      "sock_recvfrom_into($self, sock, buf, nbytes=0)\n--\n\n"
      "Receive a datagram into a buffer. As `asyncio.loop.sock_recvfrom_into`." },
    { "sock_sendall", NativeCall::method<sockSendAll>(), Keywords,
      "sock_sendall($self, sock, data)\n--\n\n"
      "Send all of the data. As `asyncio.loop.sock_sendall`." },
    { "sock_sendto", NativeCall::method<sockSendTo>(), Keywords,
      "sock_sendto($self, sock, data, address)\n--\n\n"
      "Send a datagram. As `asyncio.loop.sock_sendto`." },
    { "sock_accept", NativeCall::method<sockAccept>(), Keywords,
      "sock_accept($self, sock)\n--\n\n"
      "Accept a connection. As `asyncio.loop.sock_accept`." },
    { "_connect_socket", NativeCall::method<connectSocket>(), Keywords, nullptr },
    { "get_debug", NativeCall::method<getDebug>(), METH_NOARGS,
      "get_debug($self)\n--\n\n"
      "Return whether the debug mode is on. As `asyncio.loop.get_debug`." },
    { "_add_reader", NativeCall::method<addOwnReader>(), Keywords, nullptr },
    { "_remove_reader", NativeCall::method<removeOwnReader>(), METH_O, nullptr },
    { "_add_writer", NativeCall::method<addOwnWriter>(), Keywords, nullptr },
    { "_remove_writer", NativeCall::method<removeOwnWriter>(), METH_O, nullptr },
    { "_accept_ready", NativeCall::method<acceptReady>(), METH_VARARGS, nullptr },
    { "_timer_handle_cancelled", NativeCall::method<timerHandleCancelled>(), METH_O, nullptr },
    { "_add_callback", NativeCall::method<addCallback>(), METH_O, nullptr },
    { "_add_callback_signalsafe", NativeCall::method<addCallback>(), METH_O, nullptr },
    { "_write_to_self", NativeCall::method<writeToSelf>(), METH_NOARGS, nullptr },
    { "_always_check_thread", NativeCall::method<alwaysCheckThread>(), METH_NOARGS, nullptr },
    { "_schedule_like_qasync", NativeCall::method<scheduleLikeQasync>(), METH_NOARGS, nullptr },
    { "_watchers", NativeCall::method<watchers>(), METH_NOARGS, nullptr },
    { "_clear_handles", NativeCall::method<clearHandles>(), METH_NOARGS, nullptr },
    { "_interrupt", NativeCall::method<interrupt>(), METH_O, nullptr },
    { "_take_exception", NativeCall::method<takeException>(), METH_NOARGS, nullptr },
    { "_raise_exception", NativeCall::method<raiseException>(), METH_NOARGS, nullptr },
    { "_ready_since_exception", NativeCall::method<readySinceException>(), METH_NOARGS, nullptr },
    { "_is_suspending_task", NativeCall::method<isSuspendingTask>(), METH_NOARGS, nullptr },
    { nullptr, nullptr, 0, nullptr },
};

PyGetSetDef s_attributes[] = {
    { "_closed", NativeCall::get<getFlag<isClosed>>(), NativeCall::set<setFlag<setClosed>>(),
      nullptr, nullptr },
    { "_debug", NativeCall::get<getFlag<isDebug>>(), NativeCall::set<setFlag<setDebug>>(), nullptr,
      nullptr },
    { "_stopping", NativeCall::get<getFlag<isStopping>>(), NativeCall::set<setFlag<setStopping>>(),
      nullptr, nullptr },
    { "_late_turn", NativeCall::get<getLateTurn>(), NativeCall::set<setLateTurn>(), nullptr,
      nullptr },
    { "_ready", NativeCall::get<getReady>(), ignore, nullptr, nullptr },
    { "_scheduled", NativeCall::get<getScheduled>(), ignore, nullptr, nullptr },
    { nullptr, nullptr, nullptr, nullptr, nullptr },
};

PyType_Slot s_slots[] = {
    { Py_tp_doc, const_cast<char *>("The native half of an event loop.") },
    { Py_tp_new, NativeCall::slot<newLoop>() },
    { Py_tp_traverse, reinterpret_cast<void *>(traverse) },
    { Py_tp_clear, reinterpret_cast<void *>(clear) },
    { Py_tp_dealloc, reinterpret_cast<void *>(deallocate) },
    { Py_tp_methods, s_methods },
    { Py_tp_getset, s_attributes },
    { 0, nullptr },
};

PyType_Spec s_spec = { "QtAsyncio._native.EventLoop", sizeof(Object), 0,
                       Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, s_slots };

} // namespace

bool initialize(PyObject *module)
{
    s_type = reinterpret_cast<PyTypeObject *>(PyType_FromSpec(&s_spec));
    return s_type && initializeTasks() && PyModule_AddType(module, s_type) == 0;
}

bool isLoop(PyObject *object) noexcept
{
    return PyObject_TypeCheck(object, s_type);
}

} // namespace QtAsyncio::EventLoop
