// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "owndescriptors.h"
#include "forkgeneration.h"

#include <algorithm>
#include <cerrno>
#include <thread>
#include <utility>

namespace QtAsyncio {

namespace {

/// When to try again what failed for lack of memory or descriptors.
constexpr Duration RetryInterval = std::chrono::milliseconds(10);

} // namespace

OwnDescriptors::OwnDescriptors(Poller &poller, Waker &waker)
    : m_poller(poller),
      m_waker(waker),
      m_watchedWaker(waker.descriptor()),
      m_generation(forkGeneration())
{
    m_poller.watch(m_watchedWaker, Read | Edge);
}

TimePoint OwnDescriptors::check(TimePoint now)
{
    m_poller.flush();
    m_poller.check(std::size_t(m_checks.take(now)));
    if (!isIntact())
        return now;
    const TimePoint next = m_checks.next();
    return m_poller.refusal() ? std::min(next, now + RetryInterval) : next;
}

std::vector<int> OwnDescriptors::takeClosed()
{
    if (m_poller.error())
        m_poller.checkNumbers(); // while no new descriptor has taken one of them
    std::vector<int> closed = m_poller.takeInvalid();
    if (std::erase(closed, m_watchedWaker) > 0)
        m_wakerLost = true;
    return closed;
}

int OwnDescriptors::recover()
{
    const int error = m_poller.error() ? m_poller.error() : m_wakerLost ? EBADF : 0;
    if (!error)
        return 0;
    const bool again = std::exchange(m_recovering, replaceLost() != 0);
    if (m_recovering)
        std::this_thread::sleep_for(RetryInterval); // the next iteration tries again
    return again ? 0 : error;
}

int OwnDescriptors::replaceLost()
{
    if (m_wakerLost) // before another set can find its number closed once more
        m_poller.watch(m_watchedWaker, NoInterest);
    if (m_poller.error()) {
        if (const int error = m_poller.recover())
            return error;
    }
    if (!m_wakerLost)
        return 0;
    if (const int error = m_waker.replace())
        return error;
    m_wakerLost = false;
    m_watchedWaker = m_waker.descriptor();
    m_poller.watch(m_watchedWaker, Read | Edge);
    return 0;
}

bool OwnDescriptors::separateFromParent()
{
    if (m_generation == forkGeneration())
        return false;
    m_generation = forkGeneration();
    m_wakerLost = m_waker.reopen() != 0;
    return true;
}

} // namespace QtAsyncio
