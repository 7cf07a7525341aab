// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "clock.h"
#include "export.h"

#include <QtCore/qnamespace.h>

namespace QtAsyncio {

/// Qt's policy for timers that need not be exact, as pure functions of the monotonic clock.
///
/// All programs round towards the same boundaries of that clock, so timers of one machine
/// fire together and it sleeps longer in between. A coarse timer may be off by 5 %. Below
/// 20 ms that is less than the clock's grain: such a timer is exact. From 20 s on it is a
/// whole second: such a timer counts in seconds.
namespace TimerRounding {

inline constexpr Duration ShortestCoarse = std::chrono::milliseconds(20);
inline constexpr Duration LongestCoarse = std::chrono::seconds(20);

/// The type that a timer of \a interval really has.
constexpr Qt::TimerType effectiveType(Qt::TimerType type, Duration interval) noexcept
{
    if (type == Qt::CoarseTimer && interval <= ShortestCoarse)
        return Qt::PreciseTimer;
    if (type == Qt::CoarseTimer && interval >= LongestCoarse)
        return Qt::VeryCoarseTimer;
    return type;
}

/// The interval that a timer really has: whole seconds for very coarse ones, half up.
constexpr Duration effectiveInterval(Qt::TimerType type, Duration interval) noexcept
{
    using namespace std::chrono;
    if (type != Qt::VeryCoarseTimer || interval > Duration::max() - seconds(1))
        return interval; // the latter could not be rounded up
    const auto whole = floor<seconds>(interval);
    return whole + seconds(interval - whole >= milliseconds(500) ? 1 : 0);
}

/// True if the interval was given in finer units than Qt's milliseconds, or is none.
constexpr bool isExact(Duration interval) noexcept
{
    return interval == Duration::zero()
            || interval % std::chrono::milliseconds(1) != Duration::zero();
}

/// \a now + \a interval, or the latest moment there is before Never.
QTASYNCIO_EXPORT TimePoint after(TimePoint now, Duration interval) noexcept;

/// When a timer fires first; \a type and \a interval are effective ones.
QTASYNCIO_EXPORT TimePoint firstDeadline(Qt::TimerType type, Duration interval,
                                         TimePoint now) noexcept;

/// When it fires next: in phase with \a deadline, without catching up on missed rounds.
QTASYNCIO_EXPORT TimePoint nextDeadline(Qt::TimerType type, Duration interval, TimePoint deadline,
                                        TimePoint now) noexcept;

} // namespace TimerRounding
} // namespace QtAsyncio
