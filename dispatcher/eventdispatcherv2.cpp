// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "eventdispatcherv2.h"
#include "dispatchercore.h"

namespace QtAsyncio {

EventDispatcherV2::EventDispatcherV2(std::unique_ptr<PlatformEvents> platform)
    : m_core(std::make_unique<DispatcherCore>(*this))
{
    m_core->setPlatformEvents(std::move(platform));
}

EventDispatcherV2::~EventDispatcherV2() = default;

bool EventDispatcherV2::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    return m_core->processEvents(flags);
}

void EventDispatcherV2::registerSocketNotifier(QSocketNotifier *notifier)
{
    m_core->registerSocketNotifier(notifier);
}

void EventDispatcherV2::unregisterSocketNotifier(QSocketNotifier *notifier)
{
    m_core->unregisterSocketNotifier(notifier);
}

void EventDispatcherV2::registerTimer(Qt::TimerId timerId, Duration interval,
                                      Qt::TimerType timerType, QObject *object)
{
    m_core->registerTimer(int(timerId), interval, timerType, object);
}

bool EventDispatcherV2::unregisterTimer(Qt::TimerId timerId)
{
    return m_core->unregisterTimer(int(timerId));
}

bool EventDispatcherV2::unregisterTimers(QObject *object)
{
    return m_core->unregisterTimers(object);
}

QList<EventDispatcherV2::TimerInfoV2> EventDispatcherV2::timersForObject(QObject *object) const
{
    QList<TimerInfoV2> timers;
    for (const TimerQueue::TimerInfo &timer : m_core->registeredTimers(object))
        timers.append({ timer.interval, Qt::TimerId(timer.id), timer.type });
    return timers;
}

EventDispatcherV2::Duration EventDispatcherV2::remainingTime(Qt::TimerId timerId) const
{
    return m_core->remainingTime(int(timerId)).value_or(Duration::min());
}

void EventDispatcherV2::wakeUp()
{
    m_core->wakeUp();
}

void EventDispatcherV2::interrupt()
{
    m_core->interrupt();
}

void EventDispatcherV2::startingUp()
{
    m_core->startingUp(*this);
}

void EventDispatcherV2::closingDown()
{
    m_core->closingDown();
}

void EventDispatcherV2::attach(ReadyQueue *queue)
{
    m_core->readyQueues().attach(queue);
}

void EventDispatcherV2::detach(ReadyQueue *queue) noexcept
{
    m_core->readyQueues().detach(queue);
}

ForeignWait &EventDispatcherV2::foreignWait() noexcept
{
    return m_core->foreignWait();
}

} // namespace QtAsyncio

/// What this library is loaded for. Takes over \a platform, which may be null.
extern "C" QTASYNCIO_EXPORT QAbstractEventDispatcher *
qtasyncio_create_v2(QtAsyncio::PlatformEvents *platform)
{
    return new QtAsyncio::EventDispatcherV2(std::unique_ptr<QtAsyncio::PlatformEvents>(platform));
}
