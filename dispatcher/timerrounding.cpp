// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "timerrounding.h"

#include <algorithm>

namespace QtAsyncio::TimerRounding {

using namespace std::chrono;

namespace {

/// Below 100 ms, 5 % is too little for boundaries: even milliseconds, towards full 50s, up to
/// 50 ms; multiples of 4, towards full 100s, above.
milliseconds roundShort(milliseconds interval, milliseconds fraction) noexcept
{
    const bool veryShort = interval < milliseconds(50);
    const milliseconds goal(veryShort ? 50 : 100);
    const milliseconds step(veryShort ? 2 : 4);
    const milliseconds down = fraction - fraction % step;
    // Upwards only the lowest bit of the quotient is set, as Qt does: a full step from an even
    // quotient, nothing from an odd one.
    const bool up = fraction % goal >= goal / 2 && (down / step) % 2 == 0;
    return up ? down + step : down;
}

/// The boundary of a second that an interval of 100 ms and more prefers.
milliseconds boundaryFor(milliseconds interval) noexcept
{
    constexpr milliseconds boundaries[] = { 500ms, 200ms, 100ms, 250ms, 50ms };
    const auto *found = std::find_if(std::begin(boundaries), std::end(boundaries),
                                     [=](milliseconds b) { return interval % b == 0ms; });
    return found != std::end(boundaries) ? *found : 25ms;
}

milliseconds roundLong(milliseconds interval, milliseconds fraction) noexcept
{
    const milliseconds tolerance = interval / 20;
    const milliseconds earliest = std::max(0ms, fraction - tolerance);
    const milliseconds latest = std::min<milliseconds>(1s, fraction + tolerance);
    if (earliest == 0ms || latest == 1s) // a full second is within reach: everybody's favourite
        return earliest == 0ms ? earliest : latest;
    const milliseconds boundary = boundaryFor(interval);
    if (boundary == 500ms && interval >= 5s)
        return fraction >= 500ms ? latest : earliest;
    const milliseconds below = fraction - fraction % boundary;
    return fraction < below + boundary / 2 ? std::max(below, earliest)
                                           : std::min(below + boundary, latest);
}

TimePoint roundCoarse(TimePoint deadline, Duration interval, TimePoint now) noexcept
{
    const auto whole = ceil<milliseconds>(interval);
    const auto second = floor<seconds>(deadline);
    const auto fraction = floor<milliseconds>(deadline - second);
    const bool isShort = whole < 100ms && whole % 25ms != 0ms;
    const TimePoint rounded =
            second + (isShort ? roundShort(whole, fraction) : roundLong(whole, fraction));
    return rounded < now ? after(rounded, interval) : rounded;
}

TimePoint rounded(Qt::TimerType type, Duration interval, TimePoint deadline, TimePoint now) noexcept
{
    return type == Qt::CoarseTimer ? roundCoarse(deadline, interval, now) : deadline;
}

} // namespace

TimePoint after(TimePoint now, Duration interval) noexcept
{
    const Duration room = Never - now - 1ms;
    return interval < room ? now + interval : Never - 1ms;
}

TimePoint firstDeadline(Qt::TimerType type, Duration interval, TimePoint now) noexcept
{
    if (type != Qt::VeryCoarseTimer)
        return rounded(type, interval, after(now, interval), now);
    // Less than half a second is none: such a timer is due at once, but not before.
    const auto second = floor<seconds>(now);
    return std::max(after(second + (now - second > 500ms ? 1s : 0s), interval), now);
}

TimePoint nextDeadline(Qt::TimerType type, Duration interval, TimePoint deadline,
                       TimePoint now) noexcept
{
    TimePoint next = after(deadline, interval);
    if (next < now)
        next = after(type == Qt::VeryCoarseTimer ? TimePoint(floor<seconds>(now)) : now, interval);
    return rounded(type, interval, std::max(next, now), now);
}

} // namespace QtAsyncio::TimerRounding
