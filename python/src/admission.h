// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "clock.h"
#include "homegreenlet.h"
#include "stackplace.h"

#include <array>
#include <atomic>

namespace QtAsyncio {

/// Which handles a run may call, by the stack it stands on.
///
/// In a greenlet that a handle or a slot has started, a run calls none.
///
/// Each callback that opens an event loop, or calls processEvents(), leaves less of the stacks to the
/// callbacks that run above it. They share half of what the outermost run has found. Beyond that, a
/// run that does not wait calls no handle. A run that waits calls the new handles, as it may wait for
/// these. The old ones wait: some of them are on the stack, so the others may open event loops too.
/// Once a quarter is left, no run calls any. All runs call all handles again when three quarters
/// are free: event loops that wait for their time then do so together, not one after another.
///
/// An event loop may wait for an old handle. So a run that stays calls these too after some patience,
/// one at a time, the last first: the first ones are most like those on the stack. Each level that
/// this opens has twice the patience, so that event loops have time to end, however long they stay.
class Admission final
{
public:
    enum class Permission {
        All,
        New, // what is newer than the callbacks on the stack
        NewThenOld, // one of the others if there are no more of these
        None,
    };

    /// \a depth: runs of the loop on the stack. \a waits: whether the event loop may wait.
    Permission permit(int depth, bool waits, TimePoint now);
    /// Whether a run lacked room since the outermost one began. Then a nested run ends after each
    /// callback: event loops that were asked to return do so before others are opened.
    bool areUnwinding() const noexcept { return m_unwinding; }

    /// When the dispatcher is to ask again after None, unless it does not wait; read without the
    /// GIL.
    TimePoint pausedUntil() const noexcept { return m_pausedUntil.load(std::memory_order_relaxed); }
    void pause() noexcept { pauseFrom(Clock::now()); }
    void endPause() noexcept { m_pausedUntil.store({ }, std::memory_order_relaxed); }

    HomeGreenlet &home() noexcept { return m_home; }
    const HomeGreenlet &home() const noexcept { return m_home; }

private:
    /// How long a run waits before it calls old handles, at the first level that does so.
    static constexpr Duration Patience = std::chrono::milliseconds(100);
    static constexpr int Levels = 12; // the highest has to wait for minutes
    /// How long the dispatcher pauses after None: the queue is not notified when a greenlet is left.
    static constexpr Duration Pause = std::chrono::milliseconds(10);

    void pauseFrom(TimePoint now) noexcept
    {
        m_pausedUntil.store(now + Pause, std::memory_order_relaxed);
    }
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
    std::atomic<TimePoint> m_pausedUntil = TimePoint{ };
};

} // namespace QtAsyncio
