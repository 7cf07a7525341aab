// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// Runs of a queue within its own callbacks: what waits there, for room or for those to return.

#include "handlequeue.h"
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

/// Whether a handle was ready before the innermost callback began, in a run that calls no such one.
bool HandleQueue::isTooOld(std::uint64_t place) const noexcept
{
    return m_firstPlace > 0 && place < std::max(m_firstPlace, m_putBackEnd);
}

/// Has the next handle wait for room. It stays where it is if there is no memory.
void HandleQueue::setAside()
{
    m_old.makeRoom();
    m_old.push(m_ready.take());
}

/// Whether the run is to end after a callback, so that an event loop that was asked to return does.
bool HandleQueue::mustReturn() const noexcept
{
    return mayRunOld() || (m_admission.areUnwinding() && m_depth > 1);
}

/// Calls those that have waited for room, before all that came later.
HandleQueue::Generation HandleQueue::runOld(const RunLimits &limits, RunClock &clock)
{
    while (mayRunOld() && (!m_exception || m_leaving)) {
        runHandle(m_old.take(), 0);
        clock.handleRan();
        if ((m_admission.areUnwinding() && m_depth > 1) || clock.now() >= limits.yield)
            return mayRunOld() ? Generation::Interrupted : Generation::Complete;
    }
    return Generation::Complete;
}

/// Calls the last of those that wait for room if a run has waited for long, or looks again later.
void HandleQueue::runLastOld(Admission::Permission permission)
{
    if (m_firstPlace == 0 || m_old.isEmpty())
        return;
    const bool may = permission == Admission::Permission::NewThenOld;
    if (may && (!m_exception || m_leaving))
        runHandle(m_old.takeLast(), 0);
    m_oldTry.store(may ? TimePoint{ } : Clock::now() + OldTryInterval, std::memory_order_relaxed);
}

/// Calls no handle; but the run may end, and signals are handled.
void HandleQueue::refuse(const RunLimits &limits)
{
    const Turn turn(m_loop, false); // holds the loop, which these may drop
    takeEvents(limits); // what stays readable would keep the dispatcher from waiting
    if (m_exception || m_stopping)
        leave();
    publish();
    m_watchers.flush();
}

/// Tries those again whose contexts or protocols were on the stack, before all that came later.
void HandleQueue::releaseBusyHandles()
{
    m_ready.makeRoom(m_busy.handles().size());
    const std::vector<ReadyHandle> handles = m_busy.takeAll();
    if (!handles.empty())
        m_putBackEnd = m_ready.begin();
    std::for_each(handles.rbegin(), handles.rend(),
                  [this](const ReadyHandle &ready) { m_ready.putBack(ready); });
}

bool HandleQueue::isEnteredOutside(PyObject *protocol)
{
    // Elsewhere than at home, parts of that stack may be away.
    return m_entrance && m_admission.home().isCurrent() && m_entrance->isEnteredOutside(protocol);
}

} // namespace QtAsyncio
