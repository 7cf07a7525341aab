// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "clock.h"

namespace QtAsyncio {

/// When to try again what failed and nothing announces: memory, a free descriptor, a stack left.
class RetryTime final
{
public:
    /// Long enough to cost nothing, short enough not to be seen.
    static constexpr Duration Interval = std::chrono::milliseconds(10);

    void failed(TimePoint now) noexcept { m_next = now + Interval; }
    void succeeded() noexcept { m_next = Never; }
    /// Never if there is nothing to try again.
    TimePoint next() const noexcept { return m_next; }
    /// Whether an attempt is not too early.
    bool isDue(TimePoint now) const noexcept { return m_next == Never || now >= m_next; }

private:
    TimePoint m_next = Never;
};

} // namespace QtAsyncio
