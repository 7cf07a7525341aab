// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "eventdispatcher.h"
#include "notifierwatcher.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qsocketnotifier.h>
#include <QtCore/qthread.h>

#include <algorithm>
#include <limits>

namespace QtAsyncio {

EventDispatcher::EventDispatcher(QObject *parent)
    : QAbstractEventDispatcher(parent),
      m_core(*this)
{
}

EventDispatcher::~EventDispatcher() = default;

EventDispatcher *EventDispatcher::current()
{
    return qobject_cast<EventDispatcher *>(QAbstractEventDispatcher::instance());
}

void EventDispatcher::setPlatformEvents(std::unique_ptr<PlatformEvents> platform)
{
    m_core.setPlatformEvents(std::move(platform));
}

bool EventDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    return m_core.processEvents(flags);
}

void EventDispatcher::coreAwake()
{
    Q_EMIT awake();
}

void EventDispatcher::coreAboutToBlock()
{
    Q_EMIT aboutToBlock();
}

bool EventDispatcher::isThisThread(const QObject *object) const
{
    return object->thread() == thread() && thread() == QThread::currentThread();
}

void EventDispatcher::registerSocketNotifier(QSocketNotifier *notifier)
{
    if (!notifier || notifier->socket() < 0) {
        qWarning("EventDispatcher::registerSocketNotifier: invalid notifier or descriptor");
        return;
    }
    if (!isThisThread(notifier)) {
        qWarning("QSocketNotifier: socket notifiers cannot be enabled from another thread");
        return;
    }
    auto watcher = std::make_unique<NotifierWatcher>(notifier);
    if (!m_core.descriptors().add(watcher.get())) {
        static constexpr const char *names[] = { "Read", "Write", "Exception" };
        qWarning("QSocketNotifier: Multiple socket notifiers for same socket %d and type %s",
                 int(notifier->socket()), names[notifier->type()]);
        return;
    }
    m_notifiers.insert_or_assign(notifier, std::move(watcher));
}

void EventDispatcher::unregisterSocketNotifier(QSocketNotifier *notifier)
{
    if (!notifier) {
        qWarning("EventDispatcher::unregisterSocketNotifier: invalid notifier");
        return;
    }
    if (!isThisThread(notifier)) {
        qWarning("QSocketNotifier: socket notifiers cannot be disabled from another thread");
        return;
    }
    const auto found = m_notifiers.find(notifier);
    if (found == m_notifiers.end())
        return; // was refused, or is disabled already
    m_core.descriptors().remove(found->second.get());
    m_notifiers.erase(found);
}

void EventDispatcher::registerTimer(int timerId, qint64 interval, Qt::TimerType timerType,
                                    QObject *object)
{
    if (timerId < 1 || interval < 0 || !object) {
        qWarning("EventDispatcher::registerTimer: invalid arguments");
        return;
    }
    if (!isThisThread(object)) {
        qWarning("QObject::startTimer: timers cannot be started from another thread");
        return;
    }
    m_core.timers().registerTimer(timerId, std::chrono::milliseconds(interval), timerType, object,
                                  Clock::now());
}

bool EventDispatcher::unregisterTimer(int timerId)
{
    if (timerId < 1) {
        qWarning("EventDispatcher::unregisterTimer: invalid argument");
        return false;
    }
    if (thread() != QThread::currentThread()) {
        qWarning("QObject::killTimer: timers cannot be stopped from another thread");
        return false;
    }
    return m_core.timers().unregisterTimer(timerId);
}

bool EventDispatcher::unregisterTimers(QObject *object)
{
    if (!object) {
        qWarning("EventDispatcher::unregisterTimers: invalid argument");
        return false;
    }
    if (!isThisThread(object)) {
        qWarning("QObject::killTimers: timers cannot be stopped from another thread");
        return false;
    }
    return m_core.timers().unregisterTimers(object);
}

QList<EventDispatcher::TimerInfo> EventDispatcher::registeredTimers(QObject *object) const
{
    if (!object) {
        qWarning("EventDispatcher::registeredTimers: invalid argument");
        return { };
    }
    return m_core.timers().registeredTimers(object);
}

int EventDispatcher::remainingTime(int timerId)
{
    using namespace std::chrono;
    if (timerId < 1) {
        qWarning("EventDispatcher::remainingTime: invalid argument");
        return -1;
    }
    const auto remaining = m_core.timers().remainingTime(timerId, Clock::now());
    if (!remaining)
        return -1;
    constexpr milliseconds longest(std::numeric_limits<int>::max());
    return int(std::min(ceil<milliseconds>(*remaining), longest).count());
}

void EventDispatcher::wakeUp()
{
    m_core.wakeUp();
}

void EventDispatcher::interrupt()
{
    m_core.interrupt();
}

void EventDispatcher::startingUp()
{
    const QCoreApplication *app = QCoreApplication::instance();
    m_startedUp = app && app->thread() == QThread::currentThread();
    // The window system's events are the main thread's alone.
    if (!m_startedUp)
        m_core.setPlatformEvents(nullptr);
    else if (m_core.platformEvents())
        m_core.platformEvents()->startingUp();
}

void EventDispatcher::closingDown()
{
    if (m_startedUp && m_core.platformEvents())
        m_core.platformEvents()->closingDown();
    m_startedUp = false;
}

void EventDispatcher::attach(ReadyQueue *queue)
{
    m_core.readyQueues().attach(queue);
}

void EventDispatcher::detach(ReadyQueue *queue) noexcept
{
    m_core.readyQueues().detach(queue);
}

} // namespace QtAsyncio
