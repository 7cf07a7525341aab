// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "checkschedule.h"

#include <algorithm>

namespace QtAsyncio {

namespace {

constexpr int AtOnce = 64;
constexpr Duration Price = std::chrono::microseconds(50); // a hundred times the cost of a check
constexpr Duration Reserve = Price * 8192;
constexpr Duration Period = std::chrono::seconds(1); // for all of them, if more than AtOnce

} // namespace

int CheckSchedule::take(TimePoint now) noexcept
{
    if (m_unchecked == 0) {
        m_next = Never;
        return 0;
    }
    const TimePoint paid = std::max(m_paid, now);
    const int wanted = std::min(m_unchecked, AtOnce);
    if (const TimePoint affordable = paid + Price * wanted - Reserve; affordable > now) {
        m_next = affordable;
        return 0;
    }
    m_paid = paid + Price * wanted;
    m_next = m_unchecked > wanted ? now + Period * wanted / m_watched : Never;
    m_unchecked -= wanted;
    return wanted;
}

} // namespace QtAsyncio
