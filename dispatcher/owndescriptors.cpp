// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "owndescriptors.h"
#include "forkgeneration.h"

#include <algorithm>
#include <cerrno>

namespace QtAsyncio {

namespace {

constexpr auto WakerInterests = Interests(Read | Edge);

} // namespace

OwnDescriptors::OwnDescriptors(Poller &poller, Waker &waker, Observer &observer)
    : m_poller(poller),
      m_waker(waker),
      m_observer(observer),
      m_generation(forkGeneration())
{
    watchWaker();
}

TimePoint OwnDescriptors::check(TimePoint now)
{
    m_poller.flush();
    m_poller.check(std::size_t(m_checks.take(now)));
    if (!m_wakerLost && !isWakerWatched())
        setWakerLost();
    if (!isIntact())
        return m_poller.hasInvalid() || m_retry.isDue(now) ? now : m_retry.next();
    const TimePoint next = m_checks.next();
    return m_poller.refusal() ? std::min(next, now + RetryTime::Interval) : next;
}

int OwnDescriptors::lossError() const noexcept
{
    return m_poller.error() ? m_poller.error() : m_wakerLost ? EBADF : 0;
}

void OwnDescriptors::recover()
{
    if (const std::vector<int> closed = takeClosed(); !closed.empty())
        m_observer.descriptorsClosed(closed);
    const int error = lossError();
    const TimePoint now = Clock::now();
    if (!error || !m_retry.isDue(now))
        return;
    const bool again = m_retry.next() != Never;
    if (replaceLost() == 0)
        m_retry.succeeded();
    else
        m_retry.failed(now);
    if (!again)
        m_observer.waitFailed(error);
}

std::vector<int> OwnDescriptors::takeClosed()
{
    m_poller.checkSet(); // both while no new descriptor has taken one of these numbers
    if (m_poller.error())
        m_poller.checkNumbers();
    std::vector<int> closed = m_poller.takeInvalid();
    if (std::erase(closed, m_watchedWaker) > 0)
        setWakerLost();
    return closed;
}

/// Whether nothing else is watched under the waker's number, as a socket that has it now.
bool OwnDescriptors::isWakerWatched() const noexcept
{
    return m_poller.interests(m_watchedWaker) == WakerInterests;
}

void OwnDescriptors::setWakerLost() noexcept
{
    m_wakerLost = true;
    m_waker.forget(); // a wake-up would write into the file that has the number next
}

int OwnDescriptors::replaceLost()
{
    if (m_wakerLost && isWakerWatched()) // before another set can find its number closed again
        m_poller.watch(m_watchedWaker, NoInterest);
    if (m_poller.error()) {
        if (const int error = m_poller.recover())
            return error;
    }
    if (!m_wakerLost)
        return 0;
    if (const int error = m_waker.replace())
        return error;
    watchWaker();
    return 0;
}

void OwnDescriptors::watchWaker()
{
    m_wakerLost = false;
    m_watchedWaker = m_waker.descriptor();
    m_poller.watch(m_watchedWaker, WakerInterests);
}

void OwnDescriptors::separateFromParent()
{
    if (m_generation == forkGeneration())
        return;
    m_generation = forkGeneration();
    m_retry.succeeded();
    if (isWakerWatched())
        m_poller.watch(m_watchedWaker, NoInterest);
    if (m_waker.reopen() == 0)
        watchWaker();
    else
        m_wakerLost = true;
    m_observer.forked(); // before the poller, which watches the descriptors of others
    m_poller.flush();
}

} // namespace QtAsyncio
