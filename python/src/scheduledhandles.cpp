// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "scheduledhandles.h"
#include "handle.h"
#include "handleslots.h"
#include "timerspacing.h"

namespace QtAsyncio {

namespace {

// asyncio's own figure for how many timers are worth a clean-up.
constexpr std::size_t FewTimers = 100;

} // namespace

TimePoint ScheduledHandles::nextWakeUp() const noexcept
{
    const auto counts = [this](PyObject *timer) {
        return m_cancelled == 0 || !Handles::isCancelled(timer);
    };
    return TimerSpacing::wakeUp(nextDeadline(), m_heap.second(counts), m_lastDue);
}

/// Thousands of timers do not fit into the processor's caches, and come in the order of their
/// deadlines, not of memory. Hence one prefetches what comes next.
void ScheduledHandles::makeReady(TimePoint now, ReadyRing &ring)
{
    if (nextDeadline() <= now)
        m_lastDue = now;
    while (nextDeadline() <= now) {
        ring.makeRoom(); // so that the push cannot fail and lose the timer
        PyObject *timer = m_heap.pop();
        if (!m_heap.isEmpty())
            Handles::prefetch(m_heap.top().value);
        noteGone(timer);
        Handles::prefetchContents(timer);
        ring.push({ .handle = timer });
    }
}

void ScheduledHandles::noteGone(PyObject *timer)
{
    Handles::setScheduled(timer, false);
    if (m_cancelled > 0 && Handles::isCancelled(timer))
        --m_cancelled;
}

void ScheduledHandles::drop(PyObject *timer)
{
    noteGone(timer);
    Handles::releaseQueued(timer);
}

/// Those on top would wake the loop for nothing; the others go when they are most of the heap.
void ScheduledHandles::dropCancelled()
{
    if (m_heap.size() > FewTimers && m_cancelled * 2 > m_heap.size())
        m_heap.removeIf(Handles::isCancelled, [this](PyObject *timer) { drop(timer); });
    while (m_cancelled > 0 && !m_heap.isEmpty() && Handles::isCancelled(m_heap.top().value))
        drop(m_heap.pop());
}

void ScheduledHandles::clear()
{
    m_cancelled = 0;
    for (const auto &item : m_heap.takeAll()) {
        Handles::setScheduled(item.value, false);
        Handles::releaseQueued(item.value);
    }
}

void ScheduledHandles::makeKnown()
{
    for (const auto &item : m_heap.items())
        Handles::makeKnown(item.value);
}

int ScheduledHandles::traverse(visitproc visit, void *arg) const
{
    for (const auto &item : m_heap.items())
        Py_VISIT(item.value);
    return 0;
}

PyObject *ScheduledHandles::toList() const
{
    PyObject *list = PyList_New(0);
    for (const auto &item : m_heap.items()) {
        if (!list || PyList_Append(list, item.value) < 0)
            Py_CLEAR(list);
    }
    return list;
}

} // namespace QtAsyncio
