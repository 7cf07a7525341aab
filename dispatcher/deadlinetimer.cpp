// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "deadlinetimer.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace QtAsyncio {

namespace {

int openTimer()
{
    const int descriptor = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (descriptor < 0)
        throw std::system_error(errno, std::generic_category(), "cannot create a timerfd");
    return descriptor;
}

} // namespace

DeadlineTimer::DeadlineTimer()
    : m_descriptor(openTimer())
{
}

DeadlineTimer::~DeadlineTimer()
{
    ::close(m_descriptor);
}

void DeadlineTimer::reopen()
{
    const int fresh = openTimer();
    ::dup3(fresh, m_descriptor, O_CLOEXEC);
    ::close(fresh);
    m_deadline = Never;
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
    ::timerfd_settime(m_descriptor, TFD_TIMER_ABSTIME, &spec, nullptr);
}

} // namespace QtAsyncio
