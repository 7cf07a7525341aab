// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "transport.h"
#include "loopmethods.h"
#include "loopobject.h"
#include "nativecall.h"
#include "ref.h"
#include "takeerror.h"
#include "wouldblock.h"

#include <utility>

namespace QtAsyncio {

// ---- Life

bool Transport::open(PyObject *loop, PyObject *file, int descriptor, PyObject *protocol)
{
    Py_XSETREF(m_state.loop, Py_NewRef(loop));
    m_openFile.open(file, descriptor);
    m_state.descriptor = descriptor;
    m_opened = true;
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
    Py_VISIT(m_state.context);
    return m_openFile.traverse(visit, arg);
}

void Transport::clear()
{
    clearBuffer();
    m_reads = m_writes = false; // the loop has dropped the handles, or does so
    Py_CLEAR(m_state.loop);
    Py_CLEAR(m_state.protocol);
    Py_CLEAR(m_state.emptyWaiter);
    Py_CLEAR(m_state.context);
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
    if (bufferSize() > m_state.lowWater || !m_state.protocolPaused)
        return true;
    return isEntered() ? resumeSoon() : tellProtocol(false);
}

/// The loop calls back when the protocol can be entered; by then there may be more to be sent.
bool Transport::resumeSoon()
{
    static PyMethodDef resumable = { "_resume_protocol", NativeCall::method<onResumable>(),
                                     METH_NOARGS, nullptr };
    if (std::exchange(m_resumesSoon, true))
        return true;
    PyObject *callback = PyCFunction_New(&resumable, m_self);
    const bool scheduled = callback && callSoon(callback, nullptr);
    Py_XDECREF(callback);
    return scheduled;
}

PyObject *Transport::onResumable(PyObject *self, PyObject *)
{
    Transport &transport = Transports::of(self);
    transport.m_resumesSoon = false;
    return !transport.m_state.loop || transport.maybeResumeProtocol() ? Py_NewRef(Py_None)
                                                                      : nullptr;
}

/// An exception of the protocol's goes to the loop's handler. To be paused in the midst of a call is
/// something that a protocol knows: write() does it at once, whoever writes.
bool Transport::tellProtocol(bool pause)
{
    static PyObject *const pauseWriting = PyUnicode_InternFromString("pause_writing");
    static PyObject *const resumeWriting = PyUnicode_InternFromString("resume_writing");
    static PyObject *const flowFailed = PyUnicode_InternFromString("_flow_failed");
    if (!checkHasLoop())
        return false;
    m_state.protocolPaused = pause;
    Entrance entrance(EventLoop::toLoop(m_state.loop)->queue->entrances());
    entrance.enter(m_state.protocol);
    const bool taken = callProtocol(pause ? pauseWriting : resumeWriting);
    entrance.returned(); // it may have set another protocol, and be gone
    return taken || handOver(flowFailed, pause ? "pause_writing" : "resume_writing");
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
    return transport.readReady() ? Py_NewRef(Py_None) : nullptr;
}

PyObject *Transport::onWritable(PyObject *self, PyObject *)
{
    Transport &transport = Transports::of(self);
    return transport.m_state.lost || transport.writeInContext() ? Py_NewRef(Py_None) : nullptr;
}

/// The handle brings a copy of the connection's context, so it can run while a method of the
/// protocol is in that: then it only sends, for the protocol cannot be entered either.
bool Transport::writeInContext()
{
    if (!contextKeyword())
        return writeReady();
    const Ref context(Py_NewRef(m_state.context)); // which goes with the connection
    if (PyContext_Enter(context.get()) < 0) {
        PyErr_Clear();
        return writeReady();
    }
    const bool written = writeReady();
    return PyContext_Exit(context.get()) == 0 && written;
}

/// The function tells that it is a transport's. Reading and the like enter its protocol.
PyObject *Transport::protocolOf(PyObject *callback) noexcept
{
    if (!PyCFunction_Check(callback))
        return nullptr;
    const PyCFunction function = PyCFunction_GET_FUNCTION(callback);
    if (function != NativeCall::method<onReadable>() && function != NativeCall::method<onWritable>()
        && function != NativeCall::method<onResumable>())
        return nullptr;
    return Transports::of(PyCFunction_GET_SELF(callback)).m_state.protocol;
}

bool Transport::isWriting(PyObject *callback) noexcept
{
    return PyCFunction_Check(callback)
            && PyCFunction_GET_FUNCTION(callback) == NativeCall::method<onWritable>();
}

bool Transport::isWatched(Interest interest) const noexcept
{
    return interest == Read ? m_reads : m_writes;
}

bool Transport::waitUntilWritable()
{
    return m_writes || watch(Write);
}

/// There is no loop once the connection is lost.
bool Transport::checkHasLoop() const
{
    if (!m_state.loop)
        PyErr_SetString(PyExc_RuntimeError, "the transport is not open");
    return m_state.loop;
}

bool Transport::watch(Interest interest)
{
    if (!checkHasLoop() || !addToLoop(interest))
        return false;
    (interest == Read ? m_reads : m_writes) = true;
    return true;
}

bool Transport::addToLoop(Interest interest)
{
    static PyMethodDef readReady = { "_read_ready", NativeCall::method<onReadable>(), METH_NOARGS,
                                     nullptr };
    static PyMethodDef writeReady = { "_write_ready", NativeCall::method<onWritable>(), METH_NOARGS,
                                      nullptr };
    PyObject *const keyword = contextKeyword();
    PyObject *arguments[] = { PyLong_FromLong(m_state.descriptor),
                              PyCFunction_New(interest == Read ? &readReady : &writeReady, m_self),
                              interest == Write && keyword ? PyContext_Copy(m_state.context)
                                                           : Py_XNewRef(m_state.context) };
    PyObject *handle = nullptr;
    if (arguments[0] && arguments[1] && (arguments[2] || !keyword)) {
        const auto add = interest == Read ? EventLoop::addOwnReader : EventLoop::addOwnWriter;
        handle = add(m_state.loop, arguments, 2, keyword);
    }
    Py_XDECREF(arguments[0]);
    Py_XDECREF(arguments[1]);
    Py_XDECREF(arguments[2]);
    Py_XDECREF(handle);
    return handle;
}

bool Transport::unwatch(Interest interest)
{
    bool &watched = interest == Read ? m_reads : m_writes;
    if (!watched)
        return true;
    watched = false;
    if (!checkHasLoop())
        return false;
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

bool Transport::isEntered() const
{
    return m_state.loop && m_state.protocol
            && EventLoop::toLoop(m_state.loop)->queue->isEnteredOutside(m_state.protocol);
}

bool Transport::callProtocolSoon(PyObject *name, PyObject *argument)
{
    PyObject *method = PyObject_GetAttr(m_state.protocol, name);
    const bool scheduled = method && callSoon(method, argument);
    Py_XDECREF(method);
    return scheduled;
}

bool Transport::callSoon(PyObject *callback, PyObject *argument)
{
    PyObject *const context = m_state.context;
    PyObject *const arguments[] = { callback, argument ? argument : context, context };
    PyObject *handle =
            EventLoop::callSoon(m_state.loop, arguments, argument ? 2 : 1, contextKeyword());
    Py_XDECREF(handle);
    return handle;
}

PyObject *Transport::contextKeyword() const
{
    static PyObject *const keyword = Py_BuildValue("(s)", "context");
    return m_state.context && m_state.context != Py_None ? keyword : nullptr;
}

bool Transport::callProtocol(PyObject *name, PyObject *argument)
{
    return !m_state.protocol || call(m_state.protocol, name, argument);
}

bool Transport::handOver(PyObject *method, const char *detail)
{
    if (errorEndsLoop())
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
