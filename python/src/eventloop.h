// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <Python.h>

namespace QtAsyncio {

class LoopHost;

/// The type `_native.EventLoop`: the native half of QAsyncioEventLoop.
///
/// A base to be placed before asyncio.SelectorEventLoop. It provides what the loop does for
/// every callback; what happens once a run or once a connection is left to Python.
namespace EventLoop {

/// Creates the type; false with a Python error set.
bool initialize(PyObject *module);

bool isLoop(PyObject *object) noexcept;

/// Serves the loop in the dispatcher of the calling thread, until detach(); false with a Python
/// error set.
[[nodiscard]] bool attach(PyObject *loop, LoopHost *host, bool served);
void detach(PyObject *loop);
/// Whether it is still served: the dispatcher may be gone.
bool hasHost(PyObject *loop);
/// As DispatcherLibrary::mode(), of the thread that serves the loop or else of the calling one.
int mode(PyObject *loop);
/// The thread's application has a dispatcher again: serves the loops that are waiting for one.
void serveAgain();
/// At the interpreter's end: detaches all loops.
void detachAll();
/// When it has ended: no loop that was attached since then is served.
void interpreterEnded() noexcept;

} // namespace EventLoop
} // namespace QtAsyncio
