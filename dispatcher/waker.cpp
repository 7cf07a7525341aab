// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "waker.h"
#include "cancellation.h"

#include <algorithm>
#include <cerrno>
#include <ctime>

#include <poll.h>
#include <sys/eventfd.h>

namespace QtAsyncio {

namespace {

int openEventFd()
{
    return ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

} // namespace

Waker::Waker()
    : m_eventFd(&openEventFd, "an eventfd")
{
}

Waker::~Waker()
{
    drain(); // the write that ended our last wait is over: here ThreadSanitizer learns of it
}

// wakeUp() raises the flag, then looks whether the loop sleeps; prepareToSleep() says that it
// sleeps, then looks at the flag. Both are sequentially consistent, so at least one of the two
// sees the other: either the eventfd is written, or the wait does not begin.

void Waker::wakeUp() noexcept
{
    if (m_pending.exchange(true, std::memory_order_seq_cst))
        return;
    if (!m_sleeping.load(std::memory_order_seq_cst))
        return;
    const CancellationGuard guard;
    const int savedErrno = errno;
    eventfd_write(descriptor(), 1);
    errno = savedErrno;
}

bool Waker::prepareToSleep() noexcept
{
    m_sleeping.store(true, std::memory_order_seq_cst);
    if (!m_pending.load(std::memory_order_seq_cst))
        return true;
    m_sleeping.store(false, std::memory_order_relaxed);
    return false;
}

bool Waker::take() noexcept
{
    m_sleeping.store(false, std::memory_order_relaxed);
    // A wakeUp() before this line skips its write, which is harmless: our caller has not looked at
    // the queues yet.
    return m_pending.load(std::memory_order_relaxed)
            && m_pending.exchange(false, std::memory_order_acq_rel);
}

void Waker::drain() noexcept
{
    if (!isOpen())
        return;
    const CancellationGuard guard;
    eventfd_t count = 0;
    eventfd_read(descriptor(), &count); // EAGAIN: nothing was written, nothing to undo
}

bool Waker::wait(Duration timeout)
{
    const TimePoint begin = Clock::now();
    const TimePoint deadline = timeout > Never - begin ? Never : begin + timeout;
    for (;;) {
        pollfd request{ .fd = descriptor(), .events = POLLIN, .revents = 0 };
        timespec spec{ .tv_sec = time_t(timeout.count() / std::nano::den),
                       .tv_nsec = long(timeout.count() % std::nano::den) };
        const int count = ::ppoll(&request, 1, deadline == Never ? nullptr : &spec, nullptr);
        if (count >= 0 || errno != EINTR)
            return count > 0;
        timeout = timeUntil(deadline, Clock::now());
    }
}

} // namespace QtAsyncio
