// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "admission.h"

namespace QtAsyncio {

Admission::Permission Admission::permit(int depth, bool waits, TimePoint now)
{
    const Permission permission =
            m_home.isCurrent() ? permitByRoom(depth, waits, now) : Permission::None;
    if (permission == Permission::None && waits)
        m_pause.failed(now);
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
    if (here.leaves(m_unwinding ? 3 : 2, m_outermost)) {
        m_unwinding = false;
        return Permission::All;
    }
    if (!m_unwinding)
        m_level = 0;
    m_unwinding = true;
    const bool bearsMore = here.leaves(1, m_outermost);
    if (hasWaited(depth, now)) // also in a call of processEvents() after the other
        return bearsMore ? Permission::NewThenOld : Permission::All;
    return waits && bearsMore ? Permission::New : Permission::None;
}

bool Admission::hasWaited(int depth, TimePoint now) noexcept
{
    while (m_level > 0 && m_waits[m_level - 1].depth > depth)
        --m_level;
    if (m_level == 0 || m_waits[m_level - 1].depth < depth) {
        if (m_level == 0 || (m_waits[m_level - 1].over && m_level < Levels))
            ++m_level;
        m_waits[m_level - 1] = { .depth = depth, .since = now };
    }
    Wait &wait = m_waits[m_level - 1];
    wait.over = now - wait.since >= Patience * (1 << (m_level - 1));
    return wait.over;
}

} // namespace QtAsyncio
