// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

namespace QtAsyncio {

class CallbackArguments;
class Entrance;

/// What became of a handle that was asked to run.
enum class HandleOutcome {
    Done, // it ran, was cancelled, or its exception went to the loop's handler
    Raised, // SystemExit or KeyboardInterrupt: the Python error is set, the loop has to end
    Busy, // the protocol that it would enter is on the stack: try again later
    BusyContext, // its context is: the same
};

/// The types QAsyncioHandle and QAsyncioTimerHandle, and what the loop does with their objects.
///
/// They derive from asyncio.Handle and asyncio.TimerHandle and add no field: all state is in the
/// slots that asyncio's own methods, its debug mode and its users read. The offsets of those
/// slots are asked for once. threadsafehandle.h has a third type. All functions need the GIL.
namespace Handles {

/// Creates both types; false with a Python error set.
bool initialize(PyObject *module);

/// A handle of \a loop; without a context it gets a copy of the current one. Null on error.
PyObject *create(PyObject *loop, const CallbackArguments &arguments, bool debug);
/// The same with a deadline; \a when is the float that the handle's when() returns.
PyObject *createTimer(PyObject *loop, PyObject *when, const CallbackArguments &arguments,
                      bool debug);
/// The same for call_soon_threadsafe(): from Python 3.14 on a handle with a lock, as asyncio's.
PyObject *createThreadSafe(PyObject *loop, const CallbackArguments &arguments, bool debug);

/// Whether it is one of asyncio's handles or a derived one.
bool isHandle(PyObject *object) noexcept;
bool isTimer(PyObject *handle) noexcept;
bool isCancelled(PyObject *handle) noexcept;
/// Whether a timer handle is in its loop's heap.
void setScheduled(PyObject *timer, bool scheduled) noexcept;
bool isScheduled(PyObject *timer) noexcept;
/// As asyncio.Handle.cancel(); false with a Python error set.
bool cancel(PyObject *handle);

/// Handles and the contexts that they copy start untracked: tracking bursts of them would keep the
/// garbage collector busy. The queue tracks its handles when its loop does not run, because the loop
/// may be garbage then. releaseQueued() drops the queue's reference, and tracks a handle that has
/// another one.
void makeKnown(PyObject *handle);
void releaseQueued(PyObject *handle);

/// Calls the callback in its context. An ordinary exception goes to the loop's handler.
HandleOutcome call(PyObject *handle, Entrance *entrance = nullptr);
/// The same, by its _run() if that may be another one.
HandleOutcome run(PyObject *handle, Entrance &entrance);
/// As asyncio.Handle._run(), for the method: None, or null with a Python error set.
PyObject *runByMethod(PyObject *handle);

} // namespace Handles
} // namespace QtAsyncio
