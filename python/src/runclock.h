// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "clock.h"

#include <utility>

namespace QtAsyncio {

/// The time during a run of handles, without asking the kernel at every one of them.
///
/// A handle takes from 0.1 us to many milliseconds. The clock is read so often that it is about
/// right for the handles which run now: between two readings lie 1 to 32 of them.
class RunClock final
{
public:
    explicit RunClock(TimePoint now) noexcept
        : m_now(now),
          m_strideBegin(now)
    {
    }

    /// About the present.
    TimePoint now() const noexcept { return m_now; }
    /// The present, as timers need it.
    TimePoint read() noexcept { return m_now = Clock::now(); }

    void handleRan() noexcept
    {
        if (--m_left == 0)
            endStride();
    }

private:
    static constexpr int MaximumStride = 32;
    static constexpr Duration Fine = std::chrono::microseconds(5);
    static constexpr Duration Coarse = std::chrono::microseconds(20);

    void endStride() noexcept
    {
        read();
        const Duration length = m_now - std::exchange(m_strideBegin, m_now);
        if (length < Fine && m_stride < MaximumStride)
            m_stride *= 2;
        else if (length > Coarse)
            m_stride = 1;
        m_left = m_stride;
    }

    TimePoint m_now;
    TimePoint m_strideBegin;
    int m_stride = 1;
    int m_left = 1;
};

} // namespace QtAsyncio
