// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "handlequeue.h"

#include <Python.h>

namespace QtAsyncio::EventLoop {

/// An object of the type `_native.EventLoop`.
struct Object
{
    PyObject_HEAD HandleQueue *queue; // owned
    bool closed;
    bool checksThread; // in every mode
    bool likeQasync; // checks every callback; drops those that come after close()
};

inline Object *toLoop(PyObject *self) noexcept
{
    return reinterpret_cast<Object *>(self);
}

/// False with asyncio's RuntimeError set if the loop is closed.
inline bool checkOpen(PyObject *self)
{
    if (toLoop(self)->closed)
        PyErr_SetString(PyExc_RuntimeError, "Event loop is closed");
    return !toLoop(self)->closed;
}

} // namespace QtAsyncio::EventLoop
