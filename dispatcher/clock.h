// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <chrono>

namespace QtAsyncio {

/// CLOCK_MONOTONIC: the clock of the kernel's time-outs, of QTimer and of time.monotonic().
using Clock = std::chrono::steady_clock;
/// What the dispatcher counts in, whatever unit Qt's interface has.
using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::time_point<Clock, Duration>;

/// A wait without end, and the deadline that never comes.
inline constexpr Duration Forever = Duration::max();
inline constexpr TimePoint Never = TimePoint::max();

/// Time from \a now to \a deadline: zero if it has passed, Forever if it never comes.
constexpr Duration timeUntil(TimePoint deadline, TimePoint now) noexcept
{
    if (deadline == Never)
        return Forever;
    return deadline <= now ? Duration::zero() : deadline - now;
}

} // namespace QtAsyncio
