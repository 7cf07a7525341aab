// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// Which dispatcher serves a loop, and what its runs have put aside.

#include "dispatcherlibrary.h"
#include "eventloop.h"
#include "gil.h"
#include "loopmethods.h"
#include "loopobject.h"
#include "nativecall.h"

namespace QtAsyncio::EventLoop {

bool attach(PyObject *loop, LoopHost *host, bool served)
{
    return toLoop(loop)->queue->attach(host, served);
}

void detach(PyObject *loop)
{
    toLoop(loop)->queue->detach();
}

bool hasHost(PyObject *loop)
{
    return toLoop(loop)->queue->hasHost();
}

int mode(PyObject *loop)
{
    const HandleQueue *queue = toLoop(loop)->queue;
    return queue->hasHost() ? queue->hostMode() : DispatcherLibrary::mode();
}

PyObject *isSuspendingTask(PyObject *self, PyObject *)
{
    return PyBool_FromLong(toLoop(self)->queue->isSuspendingTask());
}

PyObject *getLateTurn(PyObject *self, void *)
{
    PyObject *former = toLoop(self)->queue->lateTurn();
    return Py_NewRef(former ? former : Py_None);
}

int setLateTurn(PyObject *self, PyObject *value, void *)
{
    toLoop(self)->queue->setLateTurn(value == Py_None ? nullptr : value);
    return 0;
}

void serveAgain()
{
    if (!hasInterpreter())
        return;
    const GilHolder gil;
    const bool served = NativeCall::completes([] {
        if (LoopHost *host = DispatcherLibrary::host())
            HandleQueue::serveAgain(host);
    });
    if (!served) // Qt has called, and could do nothing with an exception
        PyErr_WriteUnraisable(nullptr);
}

void detachAll()
{
    HandleQueue::detachAll();
}

void interpreterEnded() noexcept
{
    HandleQueue::interpreterEnded();
}

} // namespace QtAsyncio::EventLoop
