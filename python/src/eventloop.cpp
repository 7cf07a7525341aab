// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "eventloop.h"
#include "arguments.h"
#include "handle.h"
#include "handlequeue.h"

#include <cerrno>
#include <climits>
#include <cmath>
#include <ctime>
#include <new>

namespace QtAsyncio::EventLoop {

namespace {

struct Loop
{
    PyObject_HEAD
    HandleQueue *queue;
    bool closed;
};

PyTypeObject *s_type = nullptr;

Loop *toLoop(PyObject *self) noexcept
{
    return reinterpret_cast<Loop *>(self);
}

// ---- Life

PyObject *newLoop(PyTypeObject *type, PyObject *, PyObject *)
{
    PyObject *self = type->tp_alloc(type, 0);
    if (!self)
        return nullptr;
    toLoop(self)->queue = new (std::nothrow) HandleQueue(self);
    if (toLoop(self)->queue)
        return self;
    Py_DECREF(self);
    return PyErr_NoMemory();
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

// ---- Checks, in asyncio's words

bool checkOpen(Loop *loop)
{
    if (!loop->closed)
        return true;
    PyErr_SetString(PyExc_RuntimeError, "Event loop is closed");
    return false;
}

/// What asyncio checks in debug mode only: the thread, and that the callback is one.
bool checkInDebugMode(PyObject *self, const char *function, PyObject *callback, bool anyThread)
{
    if (!toLoop(self)->queue->isDebug())
        return true;
    PyObject *result = anyThread ? Py_NewRef(Py_None)
                                 : PyObject_CallMethod(self, "_check_thread", nullptr);
    if (result)
        Py_SETREF(result, PyObject_CallMethod(self, "_check_callback", "Os", callback, function));
    Py_XDECREF(result);
    return result;
}

// ---- Time

double monotonicSeconds() noexcept
{
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now); // what time.monotonic() reads
    return double(now.tv_sec * std::nano::den + now.tv_nsec) / double(std::nano::den);
}

/// The first nanosecond at which time() has reached \a when.
TimePoint toDeadline(double when) noexcept
{
    const long double nanoseconds = std::ceil((long double)(when) * std::nano::den);
    if (nanoseconds >= (long double)(Never.time_since_epoch().count()))
        return Never;
    if (nanoseconds <= 0)
        return TimePoint{};
    return TimePoint{ Duration(Duration::rep(nanoseconds)) };
}

PyObject *time(PyObject *, PyObject *)
{
    return PyFloat_FromDouble(monotonicSeconds());
}

// ---- Scheduling

PyObject *schedule(PyObject *self, const CallbackArguments &arguments, PyObject *when)
{
    const double seconds = PyFloat_AsDouble(when);
    if (seconds == -1.0 && PyErr_Occurred())
        return nullptr;
    if (std::isnan(seconds)) {
        PyErr_SetString(PyExc_ValueError, "Invalid delay: NaN (not a number)");
        return nullptr;
    }
    PyObject *timer = Handles::createTimer(self, when, arguments.callback(), arguments.rest(),
                                           arguments.restCount(), arguments.context(),
                                           toLoop(self)->queue->isDebug());
    if (timer)
        toLoop(self)->queue->schedule(Py_NewRef(timer), toDeadline(seconds));
    return timer;
}

PyObject *callSoon(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    CallbackArguments arguments;
    if (!arguments.parse("call_soon", nullptr, args, count, names) || !checkOpen(toLoop(self))
        || !checkInDebugMode(self, "call_soon", arguments.callback(), false))
        return nullptr;
    PyObject *handle = Handles::create(self, arguments.callback(), arguments.rest(),
                                       arguments.restCount(), arguments.context(),
                                       toLoop(self)->queue->isDebug());
    if (handle)
        toLoop(self)->queue->push(Py_NewRef(handle));
    return handle;
}

PyObject *callSoonThreadsafe(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    CallbackArguments arguments;
    if (!arguments.parse("call_soon_threadsafe", nullptr, args, count, names)
        || !checkOpen(toLoop(self))
        || !checkInDebugMode(self, "call_soon_threadsafe", arguments.callback(), true))
        return nullptr;
    PyObject *handle = Handles::create(self, arguments.callback(), arguments.rest(),
                                       arguments.restCount(), arguments.context(),
                                       toLoop(self)->queue->isDebug());
    if (handle)
        toLoop(self)->queue->pushFromAnyThread(Py_NewRef(handle));
    return handle;
}

PyObject *callLater(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    CallbackArguments arguments;
    if (!arguments.parse("call_later", "delay", args, count, names))
        return nullptr;
    if (arguments.leading() == Py_None) {
        PyErr_SetString(PyExc_TypeError, "delay must not be None");
        return nullptr;
    }
    if (!checkOpen(toLoop(self)) || !checkInDebugMode(self, "call_later", arguments.callback(), false))
        return nullptr;
    PyObject *now = PyFloat_FromDouble(monotonicSeconds());
    PyObject *when = now ? PyNumber_Add(now, arguments.leading()) : nullptr;
    PyObject *timer = when ? schedule(self, arguments, when) : nullptr;
    Py_XDECREF(now);
    Py_XDECREF(when);
    return timer;
}

PyObject *callAt(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    CallbackArguments arguments;
    if (!arguments.parse("call_at", "when", args, count, names))
        return nullptr;
    if (arguments.leading() == Py_None) {
        PyErr_SetString(PyExc_TypeError, "when cannot be None");
        return nullptr;
    }
    if (!checkOpen(toLoop(self)) || !checkInDebugMode(self, "call_at", arguments.callback(), false))
        return nullptr;
    return schedule(self, arguments, arguments.leading());
}

PyObject *timerHandleCancelled(PyObject *self, PyObject *timer)
{
    if (Handles::isTimer(timer) && Handles::isScheduled(timer))
        toLoop(self)->queue->timerCancelled();
    Py_RETURN_NONE;
}

/// For handles that somebody else has made, as the standard library's signal handling does.
PyObject *addCallback(PyObject *self, PyObject *handle)
{
    toLoop(self)->queue->pushFromAnyThread(Py_NewRef(handle));
    Py_RETURN_NONE;
}

PyObject *writeToSelf(PyObject *self, PyObject *)
{
    toLoop(self)->queue->wakeUp();
    Py_RETURN_NONE;
}

// ---- Readers and writers

/// The descriptor behind an integer or an object with fileno(), as the selectors take it.
int toDescriptor(PyObject *object)
{
    if (PyLong_CheckExact(object)) {
        const long descriptor = PyLong_AsLong(object);
        if (descriptor >= 0 && descriptor <= INT_MAX)
            return int(descriptor);
        PyErr_Clear();
    }
    PyObject *module = PyImport_ImportModule("selectors");
    PyObject *number = module ? PyObject_CallMethod(module, "_fileobj_to_fd", "O", object) : nullptr;
    Py_XDECREF(module);
    const long descriptor = number ? PyLong_AsLong(number) : -1;
    Py_XDECREF(number);
    return int(descriptor);
}

PyObject *addWatcher(PyObject *self, PyObject *const *args, Py_ssize_t count, Interest interest,
                     const char *function)
{
    CallbackArguments arguments;
    if (!arguments.parse(function, "fd", args, count, nullptr) || !checkOpen(toLoop(self)))
        return nullptr;
    const int descriptor = toDescriptor(arguments.leading());
    if (descriptor < 0)
        return nullptr;
    PyObject *handle = Handles::create(self, arguments.callback(), arguments.rest(),
                                       arguments.restCount(), nullptr, toLoop(self)->queue->isDebug());
    if (!handle)
        return nullptr;
    const int error = toLoop(self)->queue->watchers().add(descriptor, interest, Py_NewRef(handle));
    if (error) {
        Py_DECREF(handle);
        errno = error;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return handle;
}

PyObject *removeWatcher(PyObject *self, PyObject *object, Interest interest)
{
    if (toLoop(self)->closed)
        Py_RETURN_FALSE;
    const int descriptor = toDescriptor(object);
    if (descriptor < 0)
        return nullptr;
    return PyBool_FromLong(toLoop(self)->queue->watchers().remove(descriptor, interest));
}

/// The public functions refuse a descriptor that a transport has.
bool checkNoTransport(PyObject *self, PyObject *descriptor)
{
    PyObject *result = PyObject_CallMethod(self, "_ensure_fd_no_transport", "O", descriptor);
    Py_XDECREF(result);
    return result;
}

template <Interest interest>
PyObject *addOwn(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    return addWatcher(self, args, count, interest, interest == Read ? "add_reader" : "add_writer");
}

template <Interest interest>
PyObject *removeOwn(PyObject *self, PyObject *descriptor)
{
    return removeWatcher(self, descriptor, interest);
}

template <Interest interest>
PyObject *addPublic(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    if (count > 0 && !checkNoTransport(self, args[0]))
        return nullptr;
    PyObject *handle = addOwn<interest>(self, args, count);
    if (!handle)
        return nullptr;
    Py_DECREF(handle);
    Py_RETURN_NONE;
}

template <Interest interest>
PyObject *removePublic(PyObject *self, PyObject *descriptor)
{
    return checkNoTransport(self, descriptor) ? removeOwn<interest>(self, descriptor) : nullptr;
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

PyObject *takeException(PyObject *self, PyObject *)
{
    PyObject *exception = toLoop(self)->queue->takeException();
    return exception ? exception : Py_NewRef(Py_None);
}

PyObject *interrupt(PyObject *self, PyObject *exception)
{
    toLoop(self)->queue->interrupt(Py_NewRef(exception));
    Py_RETURN_NONE;
}

/// Attributes of asyncio's base class that this type needs at hand.
using ReadFlag = bool (*)(Loop *);
using WriteFlag = void (*)(Loop *, bool);

template <ReadFlag read>
PyObject *getFlag(PyObject *self, void *)
{
    return PyBool_FromLong(read(toLoop(self)));
}

template <WriteFlag write>
int setFlag(PyObject *self, PyObject *value, void *)
{
    const int truth = value ? PyObject_IsTrue(value) : 0;
    if (truth >= 0)
        write(toLoop(self), truth);
    return truth < 0 ? -1 : 0;
}

bool isClosed(Loop *loop)
{
    return loop->closed;
}

void setClosed(Loop *loop, bool closed)
{
    loop->closed = closed;
}

bool isDebug(Loop *loop)
{
    return loop->queue->isDebug();
}

void setDebug(Loop *loop, bool debug)
{
    loop->queue->setDebug(debug);
}

bool isStopping(Loop *loop)
{
    return loop->queue->isStopping();
}

void setStopping(Loop *loop, bool stopping)
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

template <typename Function>
constexpr PyCFunction method(Function function)
{
    return reinterpret_cast<PyCFunction>(reinterpret_cast<void *>(function));
}

constexpr int Keywords = METH_FASTCALL | METH_KEYWORDS;

PyMethodDef s_methods[] = {
    { "time", time, METH_NOARGS,
      "Return the monotonic clock in seconds, as `time.monotonic`." },
    { "call_soon", method(callSoon), Keywords,
      "Run a callback in the next iteration. As `asyncio.loop.call_soon`." },
    { "call_soon_threadsafe", method(callSoonThreadsafe), Keywords,
      "Run a callback soon, from any thread. As `asyncio.loop.call_soon_threadsafe`." },
    { "call_later", method(callLater), Keywords,
      "Run a callback after a delay in seconds. As `asyncio.loop.call_later`; a delay that is "
      "not a number raises ValueError." },
    { "call_at", method(callAt), Keywords,
      "Run a callback at a time of `time()`. As `asyncio.loop.call_at`; a time that is not a "
      "number raises ValueError." },
    { "add_reader", method(addPublic<Read>), METH_FASTCALL,
      "Call back whenever a descriptor is readable. As `asyncio.loop.add_reader`." },
    { "remove_reader", removePublic<Read>, METH_O,
      "Stop watching for readability. As `asyncio.loop.remove_reader`." },
    { "add_writer", method(addPublic<Write>), METH_FASTCALL,
      "Call back whenever a descriptor is writable. As `asyncio.loop.add_writer`." },
    { "remove_writer", removePublic<Write>, METH_O,
      "Stop watching for writability. As `asyncio.loop.remove_writer`." },
    { "get_debug", getDebug, METH_NOARGS,
      "Return whether the debug mode is on. As `asyncio.loop.get_debug`." },
    { "_add_reader", method(addOwn<Read>), METH_FASTCALL, nullptr },
    { "_remove_reader", removeOwn<Read>, METH_O, nullptr },
    { "_add_writer", method(addOwn<Write>), METH_FASTCALL, nullptr },
    { "_remove_writer", removeOwn<Write>, METH_O, nullptr },
    { "_timer_handle_cancelled", timerHandleCancelled, METH_O, nullptr },
    { "_add_callback", addCallback, METH_O, nullptr },
    { "_add_callback_signalsafe", addCallback, METH_O, nullptr },
    { "_write_to_self", writeToSelf, METH_NOARGS, nullptr },
    { "_clear_handles", clearHandles, METH_NOARGS, nullptr },
    { "_interrupt", interrupt, METH_O, nullptr },
    { "_take_exception", takeException, METH_NOARGS, nullptr },
    { nullptr, nullptr, 0, nullptr },
};

PyGetSetDef s_attributes[] = {
    { "_closed", getFlag<isClosed>, setFlag<setClosed>, nullptr, nullptr },
    { "_debug", getFlag<isDebug>, setFlag<setDebug>, nullptr, nullptr },
    { "_stopping", getFlag<isStopping>, setFlag<setStopping>, nullptr, nullptr },
    { "_ready", getReady, ignore, nullptr, nullptr },
    { "_scheduled", getScheduled, ignore, nullptr, nullptr },
    { nullptr, nullptr, nullptr, nullptr, nullptr },
};

PyType_Slot s_slots[] = {
    { Py_tp_doc, const_cast<char *>("The native half of an event loop.") },
    { Py_tp_new, reinterpret_cast<void *>(newLoop) },
    { Py_tp_traverse, reinterpret_cast<void *>(traverse) },
    { Py_tp_clear, reinterpret_cast<void *>(clear) },
    { Py_tp_dealloc, reinterpret_cast<void *>(deallocate) },
    { Py_tp_methods, s_methods },
    { Py_tp_getset, s_attributes },
    { 0, nullptr },
};

PyType_Spec s_spec = { "QtAsyncio._native.EventLoop", sizeof(Loop), 0,
                       Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, s_slots };

} // namespace

bool initialize(PyObject *module)
{
    s_type = reinterpret_cast<PyTypeObject *>(PyType_FromSpec(&s_spec));
    return s_type && PyModule_AddType(module, s_type) == 0;
}

void attach(PyObject *loop, LoopHost *host)
{
    toLoop(loop)->queue->attach(host);
}

void detach(PyObject *loop)
{
    toLoop(loop)->queue->detach();
}

bool isAttached(PyObject *loop)
{
    return toLoop(loop)->queue->isAttached();
}

void detachAll()
{
    HandleQueue::detachAll();
}

} // namespace QtAsyncio::EventLoop
