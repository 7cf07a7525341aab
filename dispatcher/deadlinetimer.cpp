// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "deadlinetimer.h"

#include <algorithm>
#include <utility>

#include <sys/timerfd.h>

namespace QtAsyncio {

namespace {

int openTimer()
{
    return ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
}

} // namespace

DeadlineTimer::DeadlineTimer()
    : m_timer(&openTimer, "a timerfd")
{
}

int DeadlineTimer::reopen() noexcept
{
    m_deadline = Never;
    return m_timer.reopenInChild();
}

int DeadlineTimer::replace() noexcept
{
    m_deadline = Never;
    return m_timer.replace();
}

void DeadlineTimer::arm(TimePoint deadline) noexcept
{
    if (std::exchange(m_deadline, deadline) == deadline)
        return;
    itimerspec spec{ }; // all zeros disarm it
    if (deadline != Never) {
        const auto time = std::max<Duration::rep>(deadline.time_since_epoch().count(), 1);
        spec.it_value = { .tv_sec = time_t(time / std::nano::den),
                          .tv_nsec = long(time % std::nano::den) };
    }
    ::timerfd_settime(descriptor(), TFD_TIMER_ABSTIME, &spec, nullptr);
}

} // namespace QtAsyncio
