// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "threadsafehandle.h"
#include "handle.h"
#include "handleslots.h"
#include "nativecall.h"
#include "ref.h"
#include "takeerror.h"

namespace QtAsyncio::Handles {

namespace {

PyObject *s_lockType = nullptr;
PyObject *s_acquire = nullptr; // interned names
PyObject *s_release = nullptr;

PyObject *cancelLocked(PyObject *self, PyObject *)
{
    const HandleLock lock(self);
    if (!lock.isHeld() || !cancel(self))
        return nullptr;
    Py_RETURN_NONE;
}

PyObject *cancelledLocked(PyObject *self, PyObject *)
{
    const HandleLock lock(self);
    return lock.isHeld() ? PyBool_FromLong(isCancelled(self)) : nullptr;
}

PyObject *runLocked(PyObject *self, PyObject *)
{
    const HandleLock lock(self);
    return lock.isHeld() ? runByMethod(self) : nullptr;
}

} // namespace

PyMethodDef s_threadSafeMethods[] = {
    { "cancel", NativeCall::method<cancelLocked>(), METH_NOARGS,
      "cancel($self)\n--\n\n"
      "Cancel the callback; in another thread, wait while it runs. As `asyncio.Handle.cancel`." },
    { "cancelled", NativeCall::method<cancelledLocked>(), METH_NOARGS,
      "cancelled($self)\n--\n\n"
      "Return whether the callback was cancelled; in another thread, wait while it runs. As "
      "`asyncio.Handle.cancelled`." },
    { "_run", NativeCall::method<runLocked>(), METH_NOARGS, nullptr },
    { nullptr, nullptr, 0, nullptr },
};

HandleLock::HandleLock(PyObject *handle)
    : m_lock(Py_XNewRef(slot(handle, s_layout.lock))),
      m_held(true)
{
    if (!m_lock)
        return;
    const Ref result(PyObject_CallMethodNoArgs(m_lock, s_acquire));
    m_held = bool(result);
}

/// The error of a callback that ends the loop may be set, and stays.
HandleLock::~HandleLock()
{
    if (m_lock && m_held) {
        PyObject *error = PyErr_Occurred() ? takeError() : nullptr;
        const Ref result(PyObject_CallMethodNoArgs(m_lock, s_release));
        if (!result)
            PyErr_WriteUnraisable(m_lock);
        if (error)
            setError(error);
    }
    Py_XDECREF(m_lock);
}

/// Handles that wait for their next use have kept it.
bool HandleLock::addTo(PyObject *handle)
{
    PyObject *&lock = slot(handle, s_layout.lock);
    if (!lock)
        lock = PyObject_CallNoArgs(s_lockType);
    return lock;
}

bool HandleLock::initialize()
{
    if constexpr (!HasThreadSafeHandles)
        return true;
    const Ref module(PyImport_ImportModule("_thread"));
    s_lockType = module ? PyObject_GetAttrString(module.get(), "RLock") : nullptr;
    s_acquire = PyUnicode_InternFromString("acquire");
    s_release = PyUnicode_InternFromString("release");
    return s_lockType && s_acquire && s_release;
}

} // namespace QtAsyncio::Handles
