// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "fakereadyqueue.h"

#include <algorithm>
#include <utility>

namespace QtAsyncio {

void FakeReadyQueue::callAt(TimePoint deadline, Callback callback)
{
    m_scheduled.push_back({ deadline, std::move(callback) });
}

void FakeReadyQueue::watch(int descriptor, Callback callback, Interest interest)
{
    m_watches.push_back({ descriptor, interest, std::move(callback) });
    m_poller.watch(descriptor, Interests(m_poller.interests(descriptor) | interest));
    m_poller.commit(descriptor);
}

void FakeReadyQueue::unwatch(int descriptor)
{
    std::erase_if(m_watches, [=](const Watch &w) { return w.descriptor == descriptor; });
    m_poller.watch(descriptor, NoInterest);
    m_poller.commit(descriptor);
}

Duration FakeReadyQueue::timeToNext(TimePoint now, bool timers) const noexcept
{
    if (!m_ready.empty() || m_descriptorReady)
        return Duration::zero();
    Duration next = Forever;
    for (const Scheduled &scheduled : m_scheduled)
        next = std::min(next, timers ? timeUntil(scheduled.deadline, now) : Forever);
    return next;
}

bool FakeReadyQueue::wantsRun(TimePoint now, bool timers) const noexcept
{
    return m_wantsTurns || ReadyQueue::wantsRun(now, timers);
}

void FakeReadyQueue::shareWaits(Duration longest, Callback atBegin)
{
    m_sharesWaits = true;
    m_longestWait = longest;
    m_atBeginWait = std::move(atBegin);
}

Duration FakeReadyQueue::beginWait() noexcept
{
    if (m_atBeginWait)
        m_atBeginWait();
    ++m_waitsBegun;
    return m_longestWait;
}

void FakeReadyQueue::collectDue(const RunLimits &limits)
{
    if (!limits.timers)
        return;
    const TimePoint now = Clock::now();
    for (auto it = m_scheduled.begin(); it != m_scheduled.end();) {
        if (it->deadline <= now) {
            m_ready.push_back(std::move(it->callback));
            it = m_scheduled.erase(it);
        } else {
            ++it;
        }
    }
}

void FakeReadyQueue::collectReady()
{
    if (!std::exchange(m_descriptorReady, false))
        return;
    for (const ReadyDescriptor &ready : m_poller.wait(Duration::zero())) {
        for (const Watch &watch : m_watches) {
            if (watch.descriptor == ready.descriptor && (watch.interest & ready.interests))
                m_ready.push_back(watch.callback);
        }
    }
}

void FakeReadyQueue::run(const RunLimits &limits)
{
    ++m_runs;
    const RunLimits *outer = std::exchange(m_limits, &limits);
    collectReady();
    do {
        collectDue(limits);
        runGeneration(limits);
    } while (!m_ready.empty() && !limits.wakeUpPending && Clock::now() < limits.pollAgain);
    m_limits = outer;
}

void FakeReadyQueue::runGeneration(const RunLimits &limits)
{
    ++m_generations;
    // A callback may take from the queue too, through a nested loop.
    for (std::size_t left = m_ready.size(); left > 0 && !m_ready.empty(); --left) {
        const Callback callback = std::move(m_ready.front());
        m_ready.pop_front();
        callback();
        if (Clock::now() >= limits.yield)
            return;
    }
}

void *FakeReadyQueue::aboutToWait() noexcept
{
    ++m_waits;
    if (!m_hasLock)
        return nullptr;
    ++m_levels;
    return this;
}

void FakeReadyQueue::waited(void *state) noexcept
{
    // Invariant: what aboutToWait() has returned comes back.
    Q_ASSERT(state == this);
    Q_UNUSED(state);
    --m_levels;
}

} // namespace QtAsyncio
