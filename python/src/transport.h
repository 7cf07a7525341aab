// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "openfile.h"
#include "poller.h"

#include <Python.h>

namespace QtAsyncio {

/// The native half of a transport: what it does for every piece of data.
///
/// It lives in a Python object whose type is derived from asyncio's abstract class of its kind, and
/// which has a subclass in `_transports.py` or `_pipes.py` for what happens once in a connection.
/// Functions that return bool are false with a Python error set. All need the GIL and the loop's
/// thread.
class Transport
{
public:
    /// What both halves know. The names in Python are asyncio's own private ones.
    struct State
    {
        PyObject *loop = nullptr; // owned, as all objects here; None once the connection is lost
        PyObject *protocol = nullptr;
        PyObject *emptyWaiter = nullptr; // of sendfile(): no data may be written meanwhile
        PyObject *context = nullptr; // of all handles from Python 3.15 on; before, each copies one
        Py_ssize_t highWater = 64 * 1024;
        Py_ssize_t lowWater = 16 * 1024;
        int descriptor = -1;
        int lost = 0; // nonzero once the connection is lost; then counts writes after that
        bool closing = false;
        bool paused = false; // reading is
        bool endWritten = false;
        bool protocolPaused = false;
    };

    /// The object is borrowed: it contains this and the state.
    Transport(PyObject *self, State &state) noexcept
        : m_self(self),
          m_state(state)
    {
    }
    virtual ~Transport() = default;
    Transport(const Transport &) = delete;
    Transport &operator=(const Transport &) = delete;

    const State &state() const noexcept { return m_state; }

    /// \a loop is one of ours, \a file is the socket or pipe that has the descriptor.
    virtual bool open(PyObject *loop, PyObject *file, int descriptor, PyObject *protocol);
    virtual bool setProtocol(PyObject *protocol);
    virtual int traverse(visitproc visit, void *arg) const;
    /// Drops all objects: the connection is lost, or this is garbage.
    virtual void clear();

    /// Whether open() has been called; still true when the connection is lost.
    bool isOpened() const noexcept { return m_opened; }
    bool isReading() const noexcept { return !m_state.paused && !m_state.closing; }
    bool isWatched(Interest interest) const noexcept;
    bool pauseReading();
    bool resumeReading();
    bool startReading();
    bool stopReading() { return unwatch(Read); }

    /// The bytes that wait to be sent.
    virtual Py_ssize_t bufferSize() const noexcept = 0;
    /// Sends no more of them.
    bool dropBuffer();
    /// Pauses the protocol if they are more than the high-water mark.
    bool maybePauseProtocol();

    /// Whether the protocol is on the stack, below the callback that runs.
    bool isEntered() const;
    /// The protocol that a handle's callback of a transport's enters, borrowed; null if it is no such
    /// callback.
    static PyObject *protocolOf(PyObject *callback) noexcept;
    /// Whether it is one that writes. What is sent may be while the protocol is on the stack.
    static bool isWriting(PyObject *callback) noexcept;

protected:
    virtual bool readReady() = 0;
    virtual bool writeReady() = 0;
    virtual void clearBuffer() = 0;

    bool waitUntilWritable();
    bool stopWriting() { return unwatch(Write); }
    /// Resumes the protocol, if what waits is no more than the low-water mark, when it can be
    /// entered.
    bool maybeResumeProtocol();
    /// Has the loop call a method of the protocol's when it can be entered.
    bool callProtocolSoon(PyObject *name, PyObject *argument);

    /// Writing when it is over has no effect, and causes a warning after a few times.
    bool writtenBeyond();
    bool hasEmptyWaiter() const noexcept
    {
        return m_state.emptyWaiter && m_state.emptyWaiter != Py_None;
    }
    bool writeInContext();
    /// What a handle's last argument is called: ("context",), borrowed, or null if there is none.
    PyObject *contextKeyword() const;

    /// Calls a method of the Python half, or of the protocol.
    bool callSelf(PyObject *name) { return call(m_self, name, nullptr); }
    bool callProtocol(PyObject *name, PyObject *argument = nullptr);
    /// Hands the Python error that is set to a method of the Python half, unless it is one that
    /// ends the loop.
    bool handOver(PyObject *method, const char *detail = nullptr);
    /// The same for what a system call has left in errno; true at once if it is to be tried again.
    bool handOverErrno(PyObject *method);

    PyObject *const m_self;
    State &m_state;
    OpenFile m_openFile;

private:
    static PyObject *onReadable(PyObject *self, PyObject *);
    static PyObject *onWritable(PyObject *self, PyObject *);
    static PyObject *onResumable(PyObject *self, PyObject *);
    static bool call(PyObject *object, PyObject *name, PyObject *argument);

    bool checkHasLoop() const;
    bool watch(Interest interest);
    bool addToLoop(Interest interest);
    bool unwatch(Interest interest);
    bool tellProtocol(bool pause);
    bool resumeSoon();
    bool callSoon(PyObject *callback, PyObject *argument);
    bool log(const char *message);

    bool m_opened = false;
    bool m_reads = false; // the descriptor is watched
    bool m_writes = false;
    bool m_resumesSoon = false; // the protocol, which is on the stack
};

namespace Transports {

/// Creates the types; false with a Python error set.
bool initialize(PyObject *module);

/// The one within an object of one of the types.
Transport &of(PyObject *self) noexcept;

} // namespace Transports
} // namespace QtAsyncio
