// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "eventdispatcher.h"
#include "dispatchercore.h"

#include <algorithm>
#include <limits>

namespace QtAsyncio {

namespace {

/// In the units of the interface, which shall never tell of a timer that it is due too early.
int toMilliseconds(Duration duration) noexcept
{
    const qint64 ms = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
    return int(std::min<qint64>(ms, std::numeric_limits<int>::max()));
}

Duration fromMilliseconds(qint64 ms) noexcept
{
    using namespace std::chrono;
    constexpr qint64 longest = floor<milliseconds>(Duration::max()).count();
    return milliseconds(std::min(ms, longest));
}

} // namespace

EventDispatcher::EventDispatcher(QObject *parent)
    : QAbstractEventDispatcher(parent),
      m_core(std::make_unique<DispatcherCore>(*this))
{
}

EventDispatcher::~EventDispatcher() = default;

void EventDispatcher::setPlatformEvents(std::unique_ptr<PlatformEvents> platform)
{
    m_core->setPlatformEvents(std::move(platform));
}

bool EventDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    return m_core->processEvents(flags);
}

void EventDispatcher::registerSocketNotifier(QSocketNotifier *notifier)
{
    m_core->registerSocketNotifier(notifier);
}

void EventDispatcher::unregisterSocketNotifier(QSocketNotifier *notifier)
{
    m_core->unregisterSocketNotifier(notifier);
}

void EventDispatcher::registerTimer(int timerId, qint64 interval, Qt::TimerType timerType,
                                    QObject *object)
{
    m_core->registerTimer(timerId, fromMilliseconds(interval), timerType, object);
}

bool EventDispatcher::unregisterTimer(int timerId)
{
    return m_core->unregisterTimer(timerId);
}

bool EventDispatcher::unregisterTimers(QObject *object)
{
    return m_core->unregisterTimers(object);
}

QList<EventDispatcher::TimerInfo> EventDispatcher::registeredTimers(QObject *object) const
{
    QList<TimerInfo> timers;
    for (const TimerQueue::TimerInfo &timer : m_core->registeredTimers(object))
        timers.append(TimerInfo(timer.id, toMilliseconds(timer.interval), timer.type));
    return timers;
}

int EventDispatcher::remainingTime(int timerId)
{
    const auto remaining = m_core->remainingTime(timerId);
    return remaining ? toMilliseconds(*remaining) : -1;
}

void EventDispatcher::wakeUp()
{
    m_core->wakeUp();
}

void EventDispatcher::interrupt()
{
    m_core->interrupt();
}

void EventDispatcher::startingUp()
{
    m_core->startingUp(*this);
}

void EventDispatcher::closingDown()
{
    m_core->closingDown();
}

void EventDispatcher::attach(ReadyQueue *queue)
{
    m_core->readyQueues().attach(queue);
}

void EventDispatcher::detach(ReadyQueue *queue) noexcept
{
    m_core->readyQueues().detach(queue);
}

ForeignWait &EventDispatcher::foreignWait() noexcept
{
    return m_core->foreignWait();
}

} // namespace QtAsyncio
