// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "clock.h"

#include <cstddef>

namespace QtAsyncio {

/// When, and how many, watched descriptors are checked for whether they still mean the same file.
///
/// A check is a system call of some 0.25 us. On average they may take a hundredth of the thread's
/// time. A reserve lets calls that are not in a row have all of up to 64 descriptors checked; where
/// it is used up, a wait is interrupted for the check when the time has come. Of more descriptors 64
/// are checked at a time, so often that each has its turn within a second.
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
    TimePoint m_paid; // when the time that has been granted will have been saved
    TimePoint m_next = Never;
};

} // namespace QtAsyncio
