// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "checkschedule.h"
#include "poller.h"
#include "waker.h"

#include <vector>

namespace QtAsyncio {

/// Keeps alive what a loop waits with, its poller and its waker.
///
/// A program may close any number, these two included, and a forked child needs its own. Used by
/// the thread that waits.
class OwnDescriptors final
{
public:
    /// Has \a poller watch \a waker.
    OwnDescriptors(Poller &poller, Waker &waker);
    OwnDescriptors(const OwnDescriptors &) = delete;
    OwnDescriptors &operator=(const OwnDescriptors &) = delete;

    /// An iteration begins: since the last one the program may have closed and replaced descriptors.
    void beginIteration() noexcept { m_checks.begin(m_poller.size()); }
    /// Looks for those; until when a wait may last.
    TimePoint check(TimePoint now);
    /// Whether all is as it was. Else takeClosed() and recover() are due.
    bool isIntact() const noexcept
    {
        return !m_poller.hasInvalid() && !m_poller.error() && !m_wakerLost;
    }
    /// The numbers that were closed while they were watched for others.
    std::vector<int> takeClosed();
    /// Replaces what is lost. The errno that the loop's users are to be told of, or 0: there is one
    /// for each time that something was lost, not for each attempt to replace it.
    int recover();
    void setWakerLost() noexcept { m_wakerLost = true; }

    /// True once in a forked child. The waker is the child's own by then, the poller when it is used.
    bool separateFromParent();

private:
    int replaceLost();

    Poller &m_poller;
    Waker &m_waker;
    CheckSchedule m_checks;
    int m_watchedWaker; // its number, when it was watched
    bool m_wakerLost = false;
    bool m_recovering = false;
    unsigned m_generation;
};

} // namespace QtAsyncio
