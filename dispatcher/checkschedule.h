// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "clock.h"

#include <cstddef>

namespace QtAsyncio {

/// Decides when, and how many, watched descriptors are checked for still meaning the same file.
///
/// A check is a system call of 0.3 to 0.6 us. On average the checks may take a hundredth of the
/// thread's time. Up to 64 descriptors are checked at once, from a reserve of time. A busy loop
/// uses up the reserve; then the next wait is interrupted once the thread can afford the checks.
/// More than 64 descriptors are checked in groups of 64, and all of them within a second.
class CheckSchedule final
{
public:
    /// Code has run that may have closed or replaced any of \a watched descriptors.
    void begin(std::size_t watched) noexcept { m_watched = m_unchecked = int(watched); }
    /// How many are to be checked now.
    int take(TimePoint now) noexcept;
    /// When the next are to be checked; Never if all have been since begin().
    TimePoint next() const noexcept { return m_next; }

private:
    int m_watched = 0;
    int m_unchecked = 0;
    TimePoint m_paid; // when the checks so far are a hundredth of the time
    TimePoint m_next = Never;
};

} // namespace QtAsyncio
