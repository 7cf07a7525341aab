// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "handlewatchers.h"
#include "handle.h"
#include "ref.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace QtAsyncio {

namespace {

/// 1 or 0; -1 with a Python error set if a signal handler raises.
int hasDescriptor(PyObject *file, int descriptor)
{
    Py_INCREF(file); // its fileno() may do anything
    PyObject *number = PyObject_CallMethod(file, "fileno", nullptr);
    const bool same = number && PyLong_AsLong(number) == descriptor;
    Py_XDECREF(number);
    if (PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_Exception))
        PyErr_Clear(); // it is closed
    Py_DECREF(file);
    return PyErr_Occurred() ? -1 : same;
}

} // namespace

Interests HandleWatchers::Watch::wanted() const noexcept
{
    const auto bit = [](const Side &side, Interest interest) {
        return side.handle && !side.disarmed ? interest : NoInterest;
    };
    return Interests(bit(read, Read) | bit(write, Write));
}

/// Cancels and drops the handle of a side that is empty by then: cancelling may call back.
void HandleWatchers::release(Side &side)
{
    PyObject *handle = std::exchange(side, Side{ }).handle;
    if (!handle)
        return;
    if (!Handles::cancel(handle))
        PyErr_WriteUnraisable(handle);
    Py_DECREF(handle);
}

/// Tells the kernel at once what is wanted of a descriptor; 0 or an errno.
int HandleWatchers::update(int descriptor, const Watch &watch)
{
    if (descriptor < 0) // displaced
        return 0;
    m_poller.watch(descriptor, watch.wanted());
    return m_poller.commit(descriptor);
}

/// Returns the file, which the caller has to release last: that may close it and call back.
PyObject *HandleWatchers::eraseIfEmpty(Watches::iterator watch)
{
    if (!watch->second.isEmpty())
        return nullptr;
    PyObject *file = watch->second.file;
    m_watches.erase(watch);
    return file;
}

int HandleWatchers::add(int descriptor, Interest interest, PyObject *handle, PyObject *file)
{
    Ref owned(handle);
    if (!displaceClosed(descriptor, file))
        return Raised;
    Watch &watch = m_watches[descriptor];
    // This may fail for lack of memory, so it comes before the handle is recorded.
    m_poller.watch(descriptor, Interests(watch.wanted() | interest));
    if (!watch.file)
        watch.file = Py_XNewRef(file);
    Side former = std::exchange(watch.of(interest), Side{ .handle = owned.release() });
    if (former.handle) // it may be a reader of another file that had this number
        m_poller.watch(descriptor, NoInterest);
    const int error = update(descriptor, watch);
    release(former);
    if (error)
        remove(descriptor, interest);
    return error;
}

bool HandleWatchers::remove(int key, Interest interest)
{
    const auto found = m_watches.find(key);
    if (found == m_watches.end() || !found->second.of(interest).handle)
        return false;
    Side removed = std::exchange(found->second.of(interest), Side{ });
    update(key, found->second); // while it is open: the caller may close it next
    PyObject *file = eraseIfEmpty(found);
    release(removed);
    Py_XDECREF(file);
    return true;
}

/// A file that was closed keeps its watch, as in asyncio, but not its number, which may belong to
/// \a successor by now. False with a Python error set if a signal handler raises.
bool HandleWatchers::displaceClosed(int descriptor, PyObject *successor)
{
    const auto found = m_watches.find(descriptor);
    if (found == m_watches.end() || !found->second.file || found->second.file == successor)
        return true;
    if (const int has = hasDescriptor(found->second.file, descriptor); has != 0)
        return has > 0;
    auto node = m_watches.extract(descriptor);
    if (!node)
        return true; // the file's fileno() has removed it
    node.key() = --m_lastDisplaced;
    m_watches.insert(std::move(node));
    m_poller.watch(descriptor, NoInterest);
    return true;
}

int HandleWatchers::replace(int key, Interest interest, PyObject *handle)
{
    const auto found = m_watches.find(key);
    if (found == m_watches.end() || !found->second.of(interest).handle) {
        Py_DECREF(handle);
        return EBADF;
    }
    Side former = std::exchange(found->second.of(interest), Side{ .handle = handle });
    release(former);
    return 0;
}

int HandleWatchers::keyOf(PyObject *file) const
{
    const auto found = std::find_if(m_watches.begin(), m_watches.end(),
                                    [=](const auto &watch) { return watch.second.file == file; });
    return found == m_watches.end() ? NoKey : found->first;
}

void HandleWatchers::release(int descriptor, Interest interest, PyObject *handle)
{
    const auto found = m_watches.find(descriptor);
    if (found == m_watches.end() || found->second.of(interest).handle != handle)
        return; // removed, or replaced by another's
    Watch &watch = found->second;
    watch.of(interest) = Side{ };
    m_poller.watch(descriptor, watch.wanted());
    PyObject *file = eraseIfEmpty(found);
    Py_DECREF(handle);
    Py_XDECREF(file);
}

int HandleWatchers::flush()
{
    m_poller.flush();
    return m_poller.refusal();
}

int HandleWatchers::collect(ReadyRing &ring)
{
    static_cast<void>(m_poller.takeInvalid()); // asyncio does not tell of closed descriptors
    for (const ReadyDescriptor &ready : m_poller.wait(Duration::zero())) {
        const auto found = m_watches.find(ready.descriptor);
        if (found == m_watches.end())
            continue;
        for (const Interest interest : { Read, Write }) {
            if (ready.interests & interest)
                queue(ready.descriptor, found->second, interest, ring);
        }
    }
    return m_poller.error() ? m_poller.error() : m_poller.refusal();
}

void HandleWatchers::queue(int descriptor, Watch &watch, Interest interest, ReadyRing &ring)
{
    Side &side = watch.of(interest);
    if (!side.handle)
        return;
    if (!side.queued) {
        side.queued = true;
        ring.push({ Py_NewRef(side.handle), descriptor, interest });
        return;
    }
    side.disarmed = true;
    update(descriptor, watch);
}

void HandleWatchers::finished(const ReadyHandle &ready)
{
    const auto found = m_watches.find(ready.descriptor);
    if (found == m_watches.end() || found->second.of(ready.interest).handle != ready.handle)
        return; // removed or replaced meanwhile
    Side &side = found->second.of(ready.interest);
    side.queued = false;
    if (!std::exchange(side.disarmed, false))
        return;
    update(ready.descriptor, found->second);
}

bool HandleWatchers::takeRenewed()
{
    return std::exchange(m_openings, m_poller.openings()) != m_poller.openings();
}

/// Only drops the handles, as closing a selector does. Cancelling them may call Python, and this
/// may be its last collection.
void HandleWatchers::close()
{
    m_poller.close();
    while (!m_watches.empty()) {
        const auto node = m_watches.extract(m_watches.begin());
        Py_XDECREF(node.mapped().read.handle);
        Py_XDECREF(node.mapped().write.handle);
        Py_XDECREF(node.mapped().file);
    }
}

int HandleWatchers::traverse(visitproc visit, void *arg) const
{
    for (const auto &[key, watch] : m_watches) {
        Py_VISIT(watch.read.handle);
        Py_VISIT(watch.write.handle);
        Py_VISIT(watch.file);
    }
    return 0;
}

PyObject *HandleWatchers::toList() const
{
    const auto orNone = [](PyObject *handle) { return handle ? handle : Py_None; };
    PyObject *list = PyList_New(0);
    for (const auto &[descriptor, watch] : m_watches) {
        if (descriptor < 0)
            continue;
        PyObject *file = watch.file ? Py_NewRef(watch.file) : PyLong_FromLong(descriptor);
        PyObject *item = Py_BuildValue("(NiOO)", file, descriptor, orNone(watch.read.handle),
                                       orNone(watch.write.handle));
        if (!list || !item || PyList_Append(list, item) < 0)
            Py_CLEAR(list);
        Py_XDECREF(item);
    }
    return list;
}

} // namespace QtAsyncio
