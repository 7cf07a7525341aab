// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "arguments.h"
#include "handle.h"
#include "loopmethods.h"
#include "loopobject.h"
#include "ref.h"

#include <cmath>
#include <ctime>

namespace QtAsyncio::EventLoop {

namespace {

bool checkThreadAndCallback(PyObject *self, const char *function, PyObject *callback,
                            bool anyThread)
{
    const Object *loop = toLoop(self);
    const bool debug = loop->queue->isDebug();
    PyObject *result = Py_NewRef(Py_None);
    if (!anyThread && (debug || loop->checksThread))
        Py_SETREF(result, PyObject_CallMethod(self, "_check_thread", nullptr));
    if (result && (debug || loop->likeQasync))
        Py_SETREF(result, PyObject_CallMethod(self, "_check_callback", "Os", callback, function));
    Py_XDECREF(result);
    return result;
}

/// asyncio checks the thread and the callback in debug mode. Other loops may do either always.
/// Inline, because the answer takes less time than a call.
inline bool checkUse(PyObject *self, const char *function, PyObject *callback, bool anyThread)
{
    const Object *loop = toLoop(self);
    const bool checks = loop->queue->isDebug() || loop->checksThread || loop->likeQasync;
    return !checks || checkThreadAndCallback(self, function, callback, anyThread);
}

/// As checkOpen(), but in qasync a closed loop takes callbacks too, and drops them.
bool checkTakes(PyObject *self)
{
    return !toLoop(self)->closed || toLoop(self)->likeQasync || checkOpen(self);
}

bool isDropped(PyObject *self, PyObject *handle)
{
    if (toLoop(self)->closed)
        Handles::makeKnown(handle); // as no queue does
    return toLoop(self)->closed;
}

double monotonicSeconds() noexcept
{
    timespec now{ };
    ::clock_gettime(CLOCK_MONOTONIC, &now); // what time.monotonic() reads
    return double(now.tv_sec * std::nano::den + now.tv_nsec) / double(std::nano::den);
}

/// The first nanosecond at which time() has reached \a when.
TimePoint toDeadline(double when) noexcept
{
    const long double nanoseconds = std::ceil((long double)(when)*std::nano::den);
    if (nanoseconds >= (long double)(Never.time_since_epoch().count()))
        return Never;
    if (nanoseconds <= 0)
        return TimePoint{ };
    return TimePoint{ Duration(Duration::rep(nanoseconds)) };
}

PyObject *schedule(PyObject *self, const CallbackArguments &arguments, PyObject *when)
{
    const double seconds = PyFloat_AsDouble(when);
    if (seconds == -1.0 && PyErr_Occurred())
        return nullptr;
    if (std::isnan(seconds)) {
        PyErr_SetString(PyExc_ValueError, "Invalid delay: NaN (not a number)");
        return nullptr;
    }
    Ref timer(Handles::createTimer(self, when, arguments, toLoop(self)->queue->isDebug()));
    if (timer && isDropped(self, timer.get()))
        Handles::setScheduled(timer.get(), false);
    else if (timer)
        toLoop(self)->queue->schedule(Py_NewRef(timer.get()), toDeadline(seconds));
    return timer.release();
}

/// The handle for one of the functions that take no time.
PyObject *createReady(PyObject *self, const char *function, PyObject *const *args, Py_ssize_t count,
                      PyObject *names, bool anyThread)
{
    CallbackArguments arguments;
    if (!arguments.parse(function, nullptr, args, count, names) || !checkTakes(self)
        || !checkUse(self, function, arguments.callback(), anyThread))
        return nullptr;
    const bool debug = toLoop(self)->queue->isDebug();
    return anyThread ? Handles::createThreadSafe(self, arguments, debug)
                     : Handles::create(self, arguments, debug);
}

} // namespace

PyObject *time(PyObject *, PyObject *)
{
    return PyFloat_FromDouble(monotonicSeconds());
}

PyObject *callSoon(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    Ref handle(createReady(self, "call_soon", args, count, names, false));
    if (handle && !isDropped(self, handle.get()))
        toLoop(self)->queue->push(Py_NewRef(handle.get()));
    return handle.release();
}

PyObject *callSoonThreadsafe(PyObject *self, PyObject *const *args, Py_ssize_t count,
                             PyObject *names)
{
    Ref handle(createReady(self, "call_soon_threadsafe", args, count, names, true));
    if (handle && !isDropped(self, handle.get()))
        toLoop(self)->queue->pushFromAnyThread(Py_NewRef(handle.get()));
    return handle.release();
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
    if (!checkTakes(self) || !checkUse(self, "call_later", arguments.callback(), false))
        return nullptr;
    const Ref now(PyFloat_FromDouble(monotonicSeconds()));
    const Ref when(now ? PyNumber_Add(now.get(), arguments.leading()) : nullptr);
    return when ? schedule(self, arguments, when.get()) : nullptr;
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
    if (!checkTakes(self) || !checkUse(self, "call_at", arguments.callback(), false))
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
    if (!Handles::isHandle(handle))
        return PyErr_Format(PyExc_TypeError, "handle must be an asyncio.Handle, not '%s'",
                            Py_TYPE(handle)->tp_name);
    toLoop(self)->queue->pushFromAnyThread(Py_NewRef(handle));
    Py_RETURN_NONE;
}

PyObject *writeToSelf(PyObject *self, PyObject *)
{
    toLoop(self)->queue->wakeUp();
    Py_RETURN_NONE;
}

} // namespace QtAsyncio::EventLoop
