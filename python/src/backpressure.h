// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "backoff.h"
#include "clock.h"
#include "gil.h"
#include "readyring.h"

#include <Python.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <utility>

namespace QtAsyncio {

/// Slows down threads that post handles faster than the loop runs them.
///
/// asyncio's producers release the GIL in each call, in the send() that wakes the loop. Ours wake
/// it once and keep the GIL, so a few of them would outrun the loop and starve its timers. While
/// too many handles wait, each call therefore pauses without the GIL, and longer the more wait.
///
/// A pause is short and ends by itself, because the loop may be blocked, may join the producer, or
/// may wait for a lock that the producer holds. Once the loop has run nothing for a while, few
/// calls pause, and a call costs no more than asyncio's. Needs the GIL.
class Backpressure final
{
public:
    /// \a count handles of other threads have become the last ones in \a ring.
    void joined(std::size_t count, const ReadyRing &ring) noexcept
    {
        if (ring.begin() >= m_end)
            m_count = 0;
        m_count += count;
        m_end = ring.end();
    }

    /// How long a thread pauses after it has posted a handle; \a posted wait in the inbox.
    Duration pauseAfter(std::size_t posted, const ReadyRing &ring) noexcept
    {
        const std::uint64_t waiting = posted + joinedAndWaiting(ring);
        if (waiting <= Limit) {
            m_begin = Never;
            return Duration::zero();
        }
        const TimePoint now = Clock::now();
        if (std::exchange(m_progress, ring.begin()) != ring.begin() || m_begin == Never) {
            m_begin = now;
            m_attempts = { };
        }
        if (now - m_begin < Patience) {
            const std::uint64_t times = waiting * waiting / (Limit * Limit);
            return std::min(Duration(Shortest * times), Longest);
        }
        if (!m_attempts.isDue())
            return Duration::zero();
        m_attempts.tried(false);
        return Shortest;
    }

    static void pause(Duration duration)
    {
        const timespec time{ .tv_sec = 0, .tv_nsec = duration.count() }; // below a second
        withoutGil([&] { return ::nanosleep(&time, nullptr); }); // a signal may end it
    }

private:
    /// The loop runs this many short ones in a slice of 1 ms, so a timer or a click waits for them
    /// no longer than for any burst. A thread posts twice as many in the 5 ms for which Python
    /// leaves the GIL to it: with 1,000 four threads were a fifth slower than without pauses.
    static constexpr std::uint64_t Limit = 5000;
    /// 20,000 posts of four threads take a tenth more processor time than without pauses, with
    /// 50 us a fifth more; the loop is done with them sooner in both cases.
    static constexpr Duration Shortest = std::chrono::microseconds(150);
    /// After which Python lets a thread that waits for the GIL have it.
    static constexpr Duration Longest = std::chrono::milliseconds(5);
    /// How long the loop may run nothing before it counts as blocked.
    static constexpr Duration Patience = std::chrono::milliseconds(100);
    static constexpr int MaximumOmitted = 63; // calls between two pauses then

    std::uint64_t joinedAndWaiting(const ReadyRing &ring) const noexcept
    {
        return m_end > ring.begin() ? std::min(m_count, m_end - ring.begin()) : 0;
    }

    std::uint64_t m_count = 0; // of handles that joined since the ring last had none of them
    std::uint64_t m_end = 0; // their last place in the ring
    std::uint64_t m_progress = 0; // the first place in the ring at the last pause
    TimePoint m_begin = Never; // when that progress was first seen
    Backoff<MaximumOmitted> m_attempts;
};

} // namespace QtAsyncio
