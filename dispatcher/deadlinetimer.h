// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "clock.h"
#include "descriptorwatcher.h"
#include "kernelobject.h"

namespace QtAsyncio {

/// A deadline as a descriptor, a timerfd: for waits to which no time-out can be given.
///
/// Used by the thread that waits, and watched through that thread's poller.
class DeadlineTimer final : public DescriptorWatcher
{
public:
    /// Throws std::system_error if the process has no descriptor left.
    DeadlineTimer();
    ~DeadlineTimer() override = default;
    DeadlineTimer(const DeadlineTimer &) = delete;
    DeadlineTimer &operator=(const DeadlineTimer &) = delete;

    /// The descriptor is readable from \a deadline on until this is called again, and not before.
    void arm(TimePoint deadline) noexcept;
    /// In a forked child: a timer that the parent does not share, under the same number.
    /// 0 or an errno.
    int reopen() noexcept;
    /// Where the program has closed the descriptor: another one. 0 or an errno.
    int replace() noexcept;
    /// False once the program has closed the descriptor, whatever the number means now.
    bool isOpen() const noexcept { return m_timer.isOurs(); }
    void forget() noexcept { m_timer.forget(); }
    void close() noexcept { m_timer.close(); }

    int descriptor() const noexcept override { return m_timer.descriptor(); }
    Interest interest() const noexcept override { return Read; }
    bool isOwn() const noexcept override { return true; }
    bool activate() override { return false; } // the deadline has come: arm() sets the next one
    void invalidate() override { }

private:
    KernelObject m_timer;
    TimePoint m_deadline = Never;
};

} // namespace QtAsyncio
