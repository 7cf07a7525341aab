// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "clock.h"
#include "homegreenlet.h"
#include "stackplace.h"

#include <atomic>

namespace QtAsyncio {

/// Which handles a run may call, by the stack it stands on.
///
/// In a greenlet that a handle or a slot has started, a run calls none.
///
/// Each callback that opens an event loop, or calls processEvents(), leaves less of the stacks to the
/// callbacks that run above it. They share half of what the outermost run has found. Beyond that, a
/// run that does not wait calls no handle. A run that waits calls the handles that its own event loop
/// has made ready, as it may wait for these; those that were ready before are called when the event
/// loop has returned. Once a quarter is left, no run calls any.
///
/// An event loop may wait for a handle that was ready before. So a run that stays calls all handles
/// after some patience. The depth grows by one level in that time, until Python raises
/// RecursionError, and the event loops have time to end.
class Admission final
{
public:
    enum class Permission {
        All,
        New, // what was made ready since the innermost callback on the stack began
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
    /// How long a run waits before it calls handles that were ready before its event loop began.
    static constexpr Duration Patience = std::chrono::milliseconds(100);
    /// How long the dispatcher pauses after None: the queue is not notified when a greenlet is left.
    static constexpr Duration Pause = std::chrono::milliseconds(10);

    void pauseFrom(TimePoint now) noexcept
    {
        m_pausedUntil.store(now + Pause, std::memory_order_relaxed);
    }
    Permission permitByRoom(int depth, bool waits, TimePoint now);
    bool hasWaited(int depth, TimePoint now) noexcept;

    HomeGreenlet m_home;
    StackPlace m_outermost;
    int m_waiting = 0; // the depth of the run whose patience is measured
    TimePoint m_waitingSince;
    bool m_unwinding = false;
    std::atomic<TimePoint> m_pausedUntil = TimePoint{ };
};

} // namespace QtAsyncio
