// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "callbackqueue.h"

#include <utility>

using QtAsyncio::Clock;
using QtAsyncio::Duration;
using QtAsyncio::TimePoint;

CallbackQueue::CallbackQueue(QtAsyncio::LoopHost *host)
    : m_host(host)
{
    m_host->attach(this);
}

CallbackQueue::~CallbackQueue()
{
    if (m_host)
        m_host->detach(this);
}

void CallbackQueue::callLater(Duration delay, Callback callback)
{
    m_scheduled.emplace(Clock::now() + delay, std::move(callback));
}

void CallbackQueue::callSoonThreadsafe(Callback callback)
{
    const std::scoped_lock lock(m_mutex);
    m_inbox.push_back(std::move(callback));
    if (m_host)
        m_host->wakeUp();
}

void CallbackQueue::hostDestroyed() noexcept
{
    const std::scoped_lock lock(m_mutex);
    m_host = nullptr;
}

/// Tells the dispatcher how long it may wait.
Duration CallbackQueue::timeToNext(TimePoint now, bool timers) const noexcept
{
    const std::scoped_lock lock(m_mutex);
    if (!m_ready.empty() || !m_inbox.empty())
        return Duration::zero();
    const bool waits = timers && !m_scheduled.empty();
    return waits ? QtAsyncio::timeUntil(m_scheduled.begin()->first, now) : QtAsyncio::Forever;
}

/// Generation after generation, as far as the dispatcher allows: its other events wait meanwhile.
void CallbackQueue::run(const QtAsyncio::RunLimits &limits)
{
    TimePoint now = limits.begin;
    do {
        takeInbox();
        if (limits.timers)
            takeDue(now);
        // A callback may open a dialog, whose event loop runs this function, too.
        for (auto left = m_ready.size(); left > 0 && !m_ready.empty() && now < limits.yield;
             --left) {
            const Callback callback = std::move(m_ready.front());
            m_ready.pop_front();
            callback();
            now = Clock::now();
        }
    } while (!m_ready.empty() && now < limits.pollAgain && !limits.wakeUpPending);
}

void CallbackQueue::takeInbox()
{
    const std::scoped_lock lock(m_mutex);
    for (; !m_inbox.empty(); m_inbox.pop_front())
        m_ready.push_back(std::move(m_inbox.front()));
}

void CallbackQueue::takeDue(TimePoint now)
{
    while (!m_scheduled.empty() && m_scheduled.begin()->first <= now)
        m_ready.push_back(std::move(m_scheduled.extract(m_scheduled.begin()).mapped()));
}
