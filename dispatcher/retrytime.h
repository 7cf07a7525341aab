// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "clock.h"

#include <atomic>

namespace QtAsyncio {

/// When to try again what failed and nothing announces: memory, a free descriptor, a stack left.
class RetryTime final
{
public:
    /// Long enough to cost nothing, short enough not to be seen.
    static constexpr Duration Interval = std::chrono::milliseconds(10);

    void failed(TimePoint now) noexcept { m_next.store(now + Interval, std::memory_order_relaxed); }
    void succeeded() noexcept { m_next.store(Never, std::memory_order_relaxed); }
    /// Never if there is nothing to try again. Any thread.
    TimePoint next() const noexcept { return m_next.load(std::memory_order_relaxed); }
    /// Whether an attempt is not too early.
    bool isDue(TimePoint now) const noexcept { return next() == Never || now >= next(); }

private:
    std::atomic<TimePoint> m_next = Never;
};

} // namespace QtAsyncio
