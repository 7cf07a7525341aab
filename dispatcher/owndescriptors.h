// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "checkschedule.h"
#include "poller.h"
#include "waker.h"

#include <vector>

namespace QtAsyncio {

/// Keeps the poller and the waker of a loop working.
///
/// A program may close any descriptor, these two included, and a forked child needs its own. Only
/// the loop's thread uses this.
class OwnDescriptors final
{
public:
    /// Has \a poller watch \a waker.
    OwnDescriptors(Poller &poller, Waker &waker);
    OwnDescriptors(const OwnDescriptors &) = delete;
    OwnDescriptors &operator=(const OwnDescriptors &) = delete;

    /// An iteration begins: since the last one the program may have closed or replaced descriptors.
    void beginIteration() noexcept { m_checks.begin(m_poller.size()); }
    /// Looks for those. Returns how long a wait may last; \a now if it must not wait.
    TimePoint check(TimePoint now);
    /// Whether nothing is lost. Otherwise takeClosed() and recover() are due, in this order.
    bool isIntact() const noexcept
    {
        return !m_poller.hasInvalid() && !m_poller.error() && !m_wakerLost;
    }
    /// The numbers that were closed while they were watched, except the waker's.
    std::vector<int> takeClosed();
    /// Replaces what is lost. Returns the errno to report, or 0: each loss is reported once,
    /// however many attempts it takes to replace it.
    int recover();
    void setWakerLost() noexcept { m_wakerLost = true; }

    /// True once in a forked child. Gives it its own waker; the poller renews itself when used.
    bool separateFromParent();

private:
    int replaceLost();

    Poller &m_poller;
    Waker &m_waker;
    CheckSchedule m_checks;
    int m_watchedWaker; // the number under which the poller watches it
    bool m_wakerLost = false;
    bool m_recovering = false;
    unsigned m_generation;
};

} // namespace QtAsyncio
