// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "freelist.h"

#include <Python.h>

namespace QtAsyncio::Handles {

/// asyncio's call_soon_threadsafe() returns a handle with a lock since Python 3.14.
constexpr bool HasThreadSafeHandles = PY_VERSION_HEX >= 0x030E0000;

/// Where asyncio's types of handles keep their slots, from the start of an object.
struct Layout
{
    Py_ssize_t callback, args, cancelled, loop, sourceTraceback, repr, context; // Handle
    Py_ssize_t scheduled, when; // TimerHandle
    Py_ssize_t lock; // _ThreadSafeHandle
};

extern Layout s_layout;
extern PyTypeObject *s_handleType;
extern PyTypeObject *s_timerType;
extern PyTypeObject *s_threadSafeType; // null before Python 3.14

inline FreeList s_freeHandles;
inline FreeList s_freeTimers;
inline FreeList s_freeThreadSafe; // with their locks

/// Where objects of exactly one of the three types wait for their next use.
inline FreeList &freeList(PyTypeObject *type) noexcept
{
    if (type == s_handleType)
        return s_freeHandles;
    return type == s_timerType ? s_freeTimers : s_freeThreadSafe;
}

/// Makes an object known to the garbage collector, if it is not yet; null is none.
void track(PyObject *object) noexcept;

inline PyObject *&slot(PyObject *object, Py_ssize_t offset) noexcept
{
    return *reinterpret_cast<PyObject **>(reinterpret_cast<char *>(object) + offset);
}

inline void setSlot(PyObject *object, Py_ssize_t offset, PyObject *value) noexcept
{
    Py_XSETREF(slot(object, offset), Py_XNewRef(value));
}

/// Has the processor fetch an object of the collector's while it is busy with others.
inline void prefetchObject(PyObject *object, Py_ssize_t size) noexcept
{
    constexpr Py_ssize_t Header = 16; // the collector's, before the object
    constexpr Py_ssize_t CacheLine = 64;
    const auto *bytes = reinterpret_cast<const char *>(object);
    for (Py_ssize_t offset = -Header; offset < size - 1; offset += CacheLine)
        __builtin_prefetch(bytes + offset, 1);
    __builtin_prefetch(bytes + size - 1, 1);
}

/// The same for a timer handle, and then for what running it takes.
inline void prefetch(PyObject *timer) noexcept
{
    prefetchObject(timer, s_layout.when + Py_ssize_t(sizeof(PyObject *)));
}
inline void prefetchContents(PyObject *handle) noexcept
{
    prefetchObject(slot(handle, s_layout.context), 48); // a context has no public type
    prefetchObject(slot(handle, s_layout.args), Py_ssize_t(sizeof(PyTupleObject)));
}

/// Whether the object is of exactly our type with a lock.
inline bool isThreadSafe(PyObject *handle) noexcept
{
    return HasThreadSafeHandles && Py_IS_TYPE(handle, s_threadSafeType);
}
/// The same or a derived type.
inline bool hasLock(PyObject *handle) noexcept
{
    return HasThreadSafeHandles && PyObject_TypeCheck(handle, s_threadSafeType);
}

/// Whether the object is of exactly one of our three types, and not of a derived one.
inline bool isOurs(PyObject *handle) noexcept
{
    return Py_IS_TYPE(handle, s_handleType) || Py_IS_TYPE(handle, s_timerType)
            || isThreadSafe(handle);
}

} // namespace QtAsyncio::Handles
