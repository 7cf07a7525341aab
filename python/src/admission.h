// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "homegreenlet.h"
#include "retrytime.h"
#include "stackplace.h"

#include <array>

namespace QtAsyncio {

/// Decides which handles a run may call, by the room that is left on the stacks.
///
/// In a greenlet that a handle or a slot has started, a run calls none.
///
/// Each callback that opens an event loop, or calls processEvents(), leaves less room to the
/// callbacks that run above it. These share half of the room that the outermost run found. Beyond
/// that, a run that does not wait calls no handle. A run that waits calls only the new handles,
/// because it may wait for one of them. The old ones stay: some of the same kind are on the stack,
/// so these may open event loops too. Once only a quarter of the room is left, no run calls any.
/// All runs call all handles again when three quarters are free. Event loops that wait for a time
/// then wait together, not one after another.
///
/// An event loop may wait for an old handle. So a run that lasts calls these too after a while, one
/// at a time, the last one first: the first ones are most like those on the stack. Each further
/// level waits twice as long, so that event loops have time to end, however long they last.
class Admission final
{
public:
    enum class Permission {
        All,
        New, // those newer than the callbacks on the stack
        NewThenOld, // then one of the old ones
        None,
    };

    /// \a depth: runs of the loop on the stack. \a waits: whether the event loop may wait.
    Permission permit(int depth, bool waits, TimePoint now);
    /// Whether a run has lacked room since the outermost one began. Then a nested run ends after
    /// each callback, so that event loops asked to return do so before others open.
    bool areUnwinding() const noexcept { return m_unwinding; }

    /// How long until the dispatcher has to ask again after None, if it waits: nothing notifies it
    /// when a greenlet is left. Needs no GIL.
    Duration pauseLeft(TimePoint now) const noexcept
    {
        return m_pause.isDue(now) ? Duration::zero() : m_pause.next() - now;
    }
    void pause() noexcept { m_pause.failed(Clock::now()); }
    void endPause() noexcept { m_pause.succeeded(); }

    HomeGreenlet &home() noexcept { return m_home; }
    const HomeGreenlet &home() const noexcept { return m_home; }

private:
    /// How long a run waits before it calls old handles, at the first level that does so.
    static constexpr Duration Patience = std::chrono::milliseconds(100);
    static constexpr int Levels = 12; // the highest waits for minutes

    Permission permitByRoom(int depth, bool waits, TimePoint now);
    bool hasWaited(int depth, TimePoint now) noexcept;

    struct Wait
    {
        int depth = 0;
        bool over = false;
        TimePoint since;
    };

    HomeGreenlet m_home;
    StackPlace m_outermost;
    std::array<Wait, Levels>
            m_waits; // of runs on the stack, the innermost last; all others are over
    int m_level = 0; // how many there are
    bool m_unwinding = false;
    RetryTime m_pause;
};

} // namespace QtAsyncio
