// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// Runs within the queue's own callbacks: handles wait there for room, or for a callback to return.

#include "handlequeue.h"
#include "nativecall.h"
#include "runclock.h"
#include "turn.h"

#include <algorithm>

namespace QtAsyncio {

namespace {

constexpr Duration OldTryInterval = std::chrono::milliseconds(10);

} // namespace

std::uint64_t HandleQueue::firstPlace(Admission::Permission permission) const noexcept
{
    return permission != Admission::Permission::All && m_entrance ? m_entrance->place() : 0;
}

/// Whether the run must not call a handle because it was ready before the innermost callback began.
bool HandleQueue::isTooOld(std::uint64_t place) const noexcept
{
    return m_firstPlace > 0 && place < std::max(m_firstPlace, m_putBackEnd);
}

/// Whether no exception ends the run. Event loops above the one that was asked to return go on, and
/// are served, until they end; below them the generation is over.
bool HandleQueue::mayCallMore() const noexcept
{
    return !m_exception || (m_leaving && m_depth > 1);
}

/// Makes the next handle wait for room. Without memory it stays where it is.
void HandleQueue::setAside()
{
    m_old.makeRoom();
    m_old.push(m_ready.take());
}

/// Whether the run has to end after a callback, so that an event loop asked to return does so.
bool HandleQueue::mustReturn() const noexcept
{
    return mayRunOld() || (m_admission.areUnwinding() && m_depth > 1);
}

/// Calls the handles that have waited for room before all later ones.
HandleQueue::Generation HandleQueue::runOld(const RunLimits &limits, RunClock &clock)
{
    while (mayRunOld() && mayCallMore()) {
        runHandle(m_old.take(), 0);
        clock.handleRan();
        if ((m_admission.areUnwinding() && m_depth > 1) || clock.now() >= limits.yield)
            return mayRunOld() ? Generation::Interrupted : Generation::Complete;
    }
    return Generation::Complete;
}

/// Calls the last of the handles that wait for room if the run may, or looks again later.
void HandleQueue::runLastOld(Admission::Permission permission)
{
    if (m_firstPlace == 0 || m_old.isEmpty())
        return;
    const bool may = permission == Admission::Permission::NewThenOld;
    if (may && mayCallMore())
        runHandle(m_old.takeLast(), 0);
    m_oldTry.store(may ? TimePoint{ } : Clock::now() + OldTryInterval, std::memory_order_relaxed);
}

/// A run that calls no handle. It still handles unix signals, and the loop may end.
void HandleQueue::refuse(const RunLimits &limits)
{
    const Turn turn(m_loop, false); // keeps the loop alive, which signal handlers may drop
    const bool completed = NativeCall::completes([&] {
        // A descriptor that stays readable would keep the dispatcher from waiting.
        takeEvents(limits);
        if (m_exception || m_stopping)
            leave();
        publish();
        failed(m_watchers.flush());
    });
    if (!completed)
        raised();
}

/// Tries those again whose contexts or protocols were on the stack, before all that came later.
void HandleQueue::releaseBusyHandles()
{
    m_ready.makeRoom(m_busy.handles().size());
    const std::vector<ReadyHandle> handles = m_busy.takeAll();
    if (!handles.empty())
        m_putBackEnd = std::max(m_putBackEnd, m_ready.begin());
    std::for_each(handles.rbegin(), handles.rend(),
                  [this](const ReadyHandle &ready) { m_ready.putBack(ready); });
}

bool HandleQueue::isEnteredOutside(PyObject *protocol)
{
    // In another greenlet parts of the home stack may be moved away.
    if (!m_entrance || !m_admission.home().isCurrent() || !m_entrance->isEnteredOutside(protocol))
        return false;
    if (PyErr_Occurred())
        raised();
    return true;
}

} // namespace QtAsyncio
