// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "clock.h"

namespace QtAsyncio::TimerSpacing {

/// Where timers are dense, wake-ups for them are at least so far apart.
///
/// The end of a wait takes about 20 us of CPU time, as much as the callbacks of twenty timers, and
/// the kernel lets a wait last 50 us longer than asked for. So 100,000 timers in a second made
/// 9,000 wake-ups, which took half of the time. With half a millisecond there are 1,400. It is
/// half of the unit in which asyncio's own loop and uvloop wait.
inline constexpr Duration SharedInterval = std::chrono::microseconds(500);

/// Until when to wait for timers that are due at \a next, at \a second and later; some were due at
/// \a lastDue, the last time.
///
/// If two are due within the interval after that, they wait for its end, and so are late by less
/// than it. A lone one is waited for exactly, however short its period is.
constexpr TimePoint wakeUp(TimePoint next, TimePoint second, TimePoint lastDue) noexcept
{
    return second - lastDue < SharedInterval ? lastDue + SharedInterval : next;
}

constexpr TimePoint at(std::chrono::microseconds time)
{
    return TimePoint{ time };
}
using namespace std::chrono_literals;

static_assert(wakeUp(Never, Never, at(1000us)) == Never);
static_assert(wakeUp(at(1100us), Never, at(1000us)) == at(1100us)); // every 100 us, by itself
static_assert(wakeUp(at(1100us), at(1500us), at(1000us)) == at(1100us)); // the second is later
static_assert(wakeUp(at(1100us), at(1499us), at(1000us)) == at(1500us)); // the two share one
static_assert(wakeUp(at(1490us), at(1491us), at(1000us)) == at(1500us));
static_assert(wakeUp(at(9000us), at(9001us), at(1000us)) == at(9000us)); // after a pause: exactly

} // namespace QtAsyncio::TimerSpacing
