// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "eventdispatcher.h"
#include "loopcore.h"
#include "notifierwatcher.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qsocketnotifier.h>
#include <QtCore/qthread.h>

#include <algorithm>
#include <limits>
#include <unordered_map>

namespace QtAsyncio {

/// The loop core, whose news become the dispatcher's signals.
class EventDispatcher::Core final : private LoopCore::Observer
{
public:
    explicit Core(EventDispatcher &dispatcher)
        : m_dispatcher(dispatcher)
    {
    }

    LoopCore &loop() noexcept { return m_loop; }

    bool addNotifier(QSocketNotifier *notifier);
    void removeNotifier(const QSocketNotifier *notifier);

    void startingUp(bool isMainThread);
    void closingDown();

private:
    void coreAwake() override { Q_EMIT m_dispatcher.awake(); }
    void coreAboutToBlock() override { Q_EMIT m_dispatcher.aboutToBlock(); }

    EventDispatcher &m_dispatcher;
    // Before the loop: its table refers to them until it is gone.
    std::unordered_map<const QSocketNotifier *, std::unique_ptr<NotifierWatcher>> m_notifiers;
    LoopCore m_loop{ *this };
    bool m_startedUp = false;
};

/// False if there is one of the same kind for its descriptor already.
bool EventDispatcher::Core::addNotifier(QSocketNotifier *notifier)
{
    auto watcher = std::make_unique<NotifierWatcher>(notifier);
    if (!m_loop.descriptors().add(watcher.get()))
        return false;
    m_notifiers.insert_or_assign(notifier, std::move(watcher));
    return true;
}

void EventDispatcher::Core::removeNotifier(const QSocketNotifier *notifier)
{
    const auto found = m_notifiers.find(notifier);
    if (found == m_notifiers.end())
        return; // was refused, or is disabled already
    m_loop.descriptors().remove(found->second.get());
    m_notifiers.erase(found);
}

void EventDispatcher::Core::startingUp(bool isMainThread)
{
    m_startedUp = isMainThread;
    // The window system's events are the main thread's alone.
    if (!m_startedUp)
        m_loop.setPlatformEvents(nullptr);
    else if (m_loop.platformEvents())
        m_loop.platformEvents()->startingUp();
}

void EventDispatcher::Core::closingDown()
{
    if (m_startedUp && m_loop.platformEvents())
        m_loop.platformEvents()->closingDown();
    m_startedUp = false;
}

EventDispatcher::EventDispatcher(QObject *parent)
    : QAbstractEventDispatcher(parent),
      m_core(std::make_unique<Core>(*this))
{
}

EventDispatcher::~EventDispatcher() = default;

EventDispatcher *EventDispatcher::current()
{
    return qobject_cast<EventDispatcher *>(QAbstractEventDispatcher::instance());
}

void EventDispatcher::setPlatformEvents(std::unique_ptr<PlatformEvents> platform)
{
    m_core->loop().setPlatformEvents(std::move(platform));
}

bool EventDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    return m_core->loop().processEvents(flags);
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
    if (!m_core->addNotifier(notifier)) {
        static constexpr const char *names[] = { "Read", "Write", "Exception" };
        qWarning("QSocketNotifier: Multiple socket notifiers for same socket %d and type %s",
                 int(notifier->socket()), names[notifier->type()]);
    }
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
    m_core->removeNotifier(notifier);
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
    m_core->loop().timers().registerTimer(timerId, std::chrono::milliseconds(interval), timerType,
                                          object, Clock::now());
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
    return m_core->loop().timers().unregisterTimer(timerId);
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
    return m_core->loop().timers().unregisterTimers(object);
}

QList<EventDispatcher::TimerInfo> EventDispatcher::registeredTimers(QObject *object) const
{
    if (!object) {
        qWarning("EventDispatcher::registeredTimers: invalid argument");
        return { };
    }
    return m_core->loop().timers().registeredTimers(object);
}

int EventDispatcher::remainingTime(int timerId)
{
    using namespace std::chrono;
    if (timerId < 1) {
        qWarning("EventDispatcher::remainingTime: invalid argument");
        return -1;
    }
    const auto remaining = m_core->loop().timers().remainingTime(timerId, Clock::now());
    if (!remaining)
        return -1;
    constexpr milliseconds longest(std::numeric_limits<int>::max());
    return int(std::min(ceil<milliseconds>(*remaining), longest).count());
}

void EventDispatcher::wakeUp()
{
    m_core->loop().wakeUp();
}

void EventDispatcher::interrupt()
{
    m_core->loop().interrupt();
}

void EventDispatcher::startingUp()
{
    const QCoreApplication *app = QCoreApplication::instance();
    m_core->startingUp(app && app->thread() == QThread::currentThread());
}

void EventDispatcher::closingDown()
{
    m_core->closingDown();
}

void EventDispatcher::attach(ReadyQueue *queue)
{
    m_core->loop().readyQueues().attach(queue);
}

void EventDispatcher::detach(ReadyQueue *queue) noexcept
{
    m_core->loop().readyQueues().detach(queue);
}

} // namespace QtAsyncio
