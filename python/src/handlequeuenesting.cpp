// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// Runs of a queue within its own callbacks: what waits there, for room or for those to return.

#include "handlequeue.h"
#include "turn.h"

#include <algorithm>

namespace QtAsyncio {

std::uint64_t HandleQueue::firstPlace(Admission::Permission permission) const noexcept
{
    return permission == Admission::Permission::New && m_entrance ? m_entrance->place() : 0;
}

/// Whether a handle was ready before the innermost callback began, in a run that calls no such one.
bool HandleQueue::isTooOld(std::uint64_t place) const noexcept
{
    return m_firstPlace > 0 && place < std::max(m_firstPlace, m_putBackEnd);
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
