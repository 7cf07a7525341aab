// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "transport.h"
#include "loopmethods.h"
#include "loopobject.h"
#include "takeerror.h"
#include "wouldblock.h"

#include <iterator>
#include <utility>

namespace QtAsyncio {

// ---- Life

bool Transport::open(PyObject *loop, PyObject *file, int descriptor, PyObject *protocol)
{
    Py_XSETREF(m_state.loop, Py_NewRef(loop));
    m_openFile.open(file, descriptor);
    m_state.descriptor = descriptor;
    return setProtocol(protocol);
}

bool Transport::setProtocol(PyObject *protocol)
{
    Py_XSETREF(m_state.protocol, Py_NewRef(protocol));
    return true;
}

int Transport::traverse(visitproc visit, void *arg) const
{
    Py_VISIT(m_state.loop);
    Py_VISIT(m_state.protocol);
    Py_VISIT(m_state.emptyWaiter);
    return m_openFile.traverse(visit, arg);
}

void Transport::clear()
{
    clearBuffer();
    m_reads = m_writes = m_resumed = false; // the loop has dropped the handles, or does so
    Py_CLEAR(m_state.loop);
    Py_CLEAR(m_state.protocol);
    Py_CLEAR(m_state.emptyWaiter);
    m_openFile.clear();
}

// ---- Reading

bool Transport::pauseReading()
{
    if (!isReading())
        return true;
    m_state.paused = true;
    return stopReading() && log("pauses reading");
}

bool Transport::resumeReading()
{
    if (m_state.closing || !m_state.paused)
        return true;
    m_state.paused = false;
    return watch(Read) && log("resumes reading");
}

bool Transport::startReading()
{
    return !isReading() || watch(Read);
}

// ---- Flow control: the protocol is to pause while much of what it has written waits

bool Transport::maybePauseProtocol()
{
    return bufferSize() <= m_state.highWater || m_state.protocolPaused || tellProtocol(true);
}

bool Transport::maybeResumeProtocol()
{
    return bufferSize() > m_state.lowWater || !m_state.protocolPaused || tellProtocol(false);
}

/// An exception of the protocol's goes to the loop's handler.
bool Transport::tellProtocol(bool pause)
{
    static PyObject *const pauseWriting = PyUnicode_InternFromString("pause_writing");
    static PyObject *const resumeWriting = PyUnicode_InternFromString("resume_writing");
    static PyObject *const flowFailed = PyUnicode_InternFromString("_flow_failed");
    m_state.protocolPaused = pause;
    return callProtocol(pause ? pauseWriting : resumeWriting)
            || handOver(flowFailed, pause ? "pause_writing" : "resume_writing");
}

bool Transport::writtenBeyond()
{
    static PyObject *const writtenBeyond = PyUnicode_InternFromString("_written_beyond");
    return callSelf(writtenBeyond);
}

bool Transport::dropBuffer()
{
    clearBuffer();
    return stopWriting();
}

// ---- The descriptor

/// The handles call these directly: there is no frame of Python's between the poller and the
/// protocol. A handle brings the context in which the protocol's methods run.
PyObject *Transport::onReadable(PyObject *self, PyObject *)
{
    Transport &transport = Transports::of(self);
    if (transport.m_state.lost)
        Py_RETURN_NONE;
    transport.m_receiving = true;
    return transport.received(transport.readReady()) ? Py_NewRef(Py_None) : nullptr;
}

/// The protocol has returned, and is called again. If reading was paused and resumed meanwhile,
/// a new handle would have entered it from an event loop that it was running.
bool Transport::received(bool success)
{
    m_receiving = false;
    if (!std::exchange(m_resumed, false))
        return success;
    PyObject *error = success ? nullptr : takeError();
    const bool watching = watch(Read);
    if (error && watching)
        PyErr_SetObject(reinterpret_cast<PyObject *>(Py_TYPE(error)), error);
    Py_XDECREF(error);
    return success && watching;
}

PyObject *Transport::onWritable(PyObject *self, PyObject *)
{
    Transport &transport = Transports::of(self);
    return transport.m_state.lost || transport.writeReady() ? Py_NewRef(Py_None) : nullptr;
}

bool Transport::isWatched(Interest interest) const noexcept
{
    return interest == Read ? m_reads : m_writes;
}

bool Transport::waitUntilWritable()
{
    return m_writes || watch(Write);
}

bool Transport::watch(Interest interest)
{
    if (!m_state.loop) {
        PyErr_SetString(PyExc_RuntimeError, "the transport is not open");
        return false;
    }
    if (interest == Read && m_receiving)
        m_resumed = m_resumed || !m_reads;
    else if (!addToLoop(interest))
        return false;
    (interest == Read ? m_reads : m_writes) = true;
    return true;
}

bool Transport::addToLoop(Interest interest)
{
    static PyMethodDef readReady = { "_read_ready", onReadable, METH_NOARGS, nullptr };
    static PyMethodDef writeReady = { "_write_ready", onWritable, METH_NOARGS, nullptr };
    PyObject *arguments[] = { PyLong_FromLong(m_state.descriptor),
                              PyCFunction_New(interest == Read ? &readReady : &writeReady,
                                              m_self) };
    PyObject *handle = nullptr;
    if (arguments[0] && arguments[1]) {
        const auto add = interest == Read ? EventLoop::addOwnReader : EventLoop::addOwnWriter;
        handle = add(m_state.loop, arguments, std::ssize(arguments));
    }
    Py_XDECREF(arguments[0]);
    Py_XDECREF(arguments[1]);
    Py_XDECREF(handle);
    return handle;
}

bool Transport::unwatch(Interest interest)
{
    bool &watched = interest == Read ? m_reads : m_writes;
    if (!watched)
        return true;
    watched = false;
    if (interest == Read && std::exchange(m_resumed, false))
        return true;
    PyObject *descriptor = PyLong_FromLong(m_state.descriptor);
    if (!descriptor)
        return false;
    const auto remove = interest == Read ? EventLoop::removeOwnReader : EventLoop::removeOwnWriter;
    PyObject *result = remove(m_state.loop, descriptor);
    Py_DECREF(descriptor);
    Py_XDECREF(result);
    return result;
}

// ---- Calls into Python

bool Transport::call(PyObject *object, PyObject *name, PyObject *argument)
{
    Py_INCREF(object); // the callee may drop it
    PyObject *result = argument ? PyObject_CallMethodOneArg(object, name, argument)
                                : PyObject_CallMethodNoArgs(object, name);
    Py_XDECREF(result);
    Py_DECREF(object);
    return result;
}

bool Transport::callProtocol(PyObject *name, PyObject *argument)
{
    return !m_state.protocol || call(m_state.protocol, name, argument);
}

bool Transport::handOver(PyObject *method, const char *detail)
{
    if (PyErr_ExceptionMatches(PyExc_SystemExit) || PyErr_ExceptionMatches(PyExc_KeyboardInterrupt))
        return false;
    PyObject *exception = takeError();
    PyObject *function = PyObject_GetAttr(m_self, method);
    PyObject *result = nullptr;
    if (function)
        result = detail ? PyObject_CallFunction(function, "Os", exception, detail)
                        : PyObject_CallOneArg(function, exception);
    Py_XDECREF(function);
    Py_XDECREF(result);
    Py_DECREF(exception);
    return result;
}

bool Transport::handOverErrno(PyObject *method)
{
    if (WouldBlock::saysErrno())
        return true;
    PyErr_SetFromErrno(PyExc_OSError);
    return handOver(method);
}

/// What asyncio's debug mode tells.
bool Transport::log(const char *message)
{
    if (!m_state.loop || !EventLoop::toLoop(m_state.loop)->queue->isDebug())
        return true;
    PyObject *result = PyObject_CallMethod(m_self, "_log", "s", message);
    Py_XDECREF(result);
    return result;
}

} // namespace QtAsyncio
