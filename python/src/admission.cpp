// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "admission.h"

namespace QtAsyncio {

Admission::Permission Admission::permit(int depth, bool waits, TimePoint now)
{
    const Permission permission =
            m_home.isCurrent() ? permitByRoom(depth, waits, now) : Permission::None;
    if (permission == Permission::None && waits)
        pauseFrom(now);
    return permission;
}

Admission::Permission Admission::permitByRoom(int depth, bool waits, TimePoint now)
{
    const StackPlace here = StackPlace::current();
    if (depth == 0) {
        m_outermost = here;
        m_unwinding = false;
        return Permission::All;
    }
    if (here.leaves(2, m_outermost)) {
        m_waiting = 0;
        return Permission::All;
    }
    m_unwinding = true;
    if (hasWaited(depth, now)) // also in a call of processEvents() after the other
        return Permission::All;
    return waits && here.leaves(4, m_outermost) ? Permission::New : Permission::None;
}

bool Admission::hasWaited(int depth, TimePoint now) noexcept
{
    if (depth != m_waiting) {
        m_waiting = depth;
        m_waitingSince = now;
    }
    return now - m_waitingSince >= Patience;
}

} // namespace QtAsyncio
