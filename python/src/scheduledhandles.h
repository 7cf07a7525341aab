// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "deadlineheap.h"
#include "readyring.h"

#include <Python.h>

namespace QtAsyncio {

/// The timer handles of one loop, in the order of their deadlines.
///
/// Cancelled ones stay until they come to the top or outnumber the others: finding them in the
/// heap would cost more than their room. Needs the GIL.
class ScheduledHandles final
{
public:
    ScheduledHandles() = default;
    ~ScheduledHandles() { clear(); }
    ScheduledHandles(const ScheduledHandles &) = delete;
    ScheduledHandles &operator=(const ScheduledHandles &) = delete;

    /// Takes over a reference.
    void push(PyObject *timer, TimePoint deadline) { m_heap.push(deadline, timer); }
    void noteCancelled() noexcept { ++m_cancelled; } // one of those in the heap

    bool isEmpty() const noexcept { return m_heap.isEmpty(); }
    TimePoint nextDeadline() const noexcept
    {
        return m_heap.isEmpty() ? Never : m_heap.top().deadline;
    }
    /// How long to wait if none is due yet: TimerSpacing tells why that may be longer.
    TimePoint nextWakeUp() const noexcept;
    /// Appends those that are due to \a ring.
    void makeReady(TimePoint now, ReadyRing &ring);
    void dropCancelled();

    /// As Handles::makeKnown(), for all.
    void makeKnown();
    void clear();
    int traverse(visitproc visit, void *arg) const;
    PyObject *toList() const; // a new list

private:
    void noteGone(PyObject *timer);
    void drop(PyObject *timer);

    DeadlineHeap<PyObject *> m_heap;
    std::size_t m_cancelled = 0;
    TimePoint m_lastDue; // when some of them were made ready
};

} // namespace QtAsyncio
