// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "dispatchercore.h"
#include "notifierwatcher.h"

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qloggingcategory.h>
#include <QtCore/qsocketnotifier.h>
#include <QtCore/qthread.h>
#include <QtCore/qvariant.h>

#include <exception>
#include <utility>

namespace QtAsyncio {

namespace {

/// Shows from outside whether a program has this dispatcher: it is silent, unless
/// QT_LOGGING_RULES="qtasyncio.dispatcher=true".
///
/// Qt's exit handlers close the last dispatcher after static objects are destroyed. So this object
/// is never destroyed, and a dispatcher that was never started does not create it: the first
/// category makes Qt read its configuration, which is gone by then too.
const QLoggingCategory &category()
{
    static const auto *const dispatcher =
            new QLoggingCategory("qtasyncio.dispatcher", QtWarningMsg);
    return *dispatcher;
}

/// Who has put it in place, if it was neither the program itself nor a language binding.
QByteArray activation(const QAbstractEventDispatcher &dispatcher)
{
    const QByteArray by = dispatcher.property("qtasyncio_activation").toString().toUtf8();
    return by.isEmpty() ? by : ", put in place by the " + by;
}

/// Calls a function for Qt, which expects no exception. Reports one; then nothing has changed.
template <typename Function> void reported(const char *caller, Function function)
{
    try {
        function();
    } catch (const std::exception &exception) {
        qCritical("%s: %s", caller, exception.what());
    }
}

} // namespace

DispatcherCore::DispatcherCore(QAbstractEventDispatcher &dispatcher)
    : m_dispatcher(dispatcher),
      m_loop(*this)
{
}

DispatcherCore::~DispatcherCore() = default;

bool DispatcherCore::processEvents(LoopCore::Flags flags)
{
    ++m_iterations;
    return m_loop.processEvents(flags);
}

void DispatcherCore::wakeUp() noexcept
{
    m_loop.wakeUp();
}

void DispatcherCore::interrupt() noexcept
{
    m_loop.interrupt();
}

void DispatcherCore::coreAwake()
{
    Q_EMIT m_dispatcher.awake();
}

void DispatcherCore::coreAboutToBlock()
{
    Q_EMIT m_dispatcher.aboutToBlock();
}

bool DispatcherCore::isThisThread(const QObject *object) const
{
    const QThread *thread = m_dispatcher.thread();
    return object->thread() == thread && thread == QThread::currentThread();
}

void DispatcherCore::registerSocketNotifier(QSocketNotifier *notifier)
{
    if (!notifier || notifier->socket() < 0) {
        qWarning("EventDispatcher::registerSocketNotifier: invalid notifier or descriptor");
        return;
    }
    if (!isThisThread(notifier)) {
        qWarning("QSocketNotifier: socket notifiers cannot be enabled from another thread");
        return;
    }
    reported("QSocketNotifier", [=, this] { serve(notifier); });
}

void DispatcherCore::serve(QSocketNotifier *notifier)
{
    std::unique_ptr<NotifierWatcher> &place = m_notifiers[notifier];
    if (place)
        return; // is served already
    auto watcher = std::make_unique<NotifierWatcher>(notifier);
    const bool first = m_loop.descriptors().add(watcher.get());
    place = std::move(watcher);
    if (!first) {
        static constexpr const char *names[] = { "Read", "Write", "Exception" };
        qWarning("QSocketNotifier: Multiple socket notifiers for same socket %d and type %s",
                 int(notifier->socket()), names[notifier->type()]);
    }
}

void DispatcherCore::unregisterSocketNotifier(QSocketNotifier *notifier)
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
        return; // is disabled already
    if (found->second) // null if there was no memory for it
        m_loop.descriptors().remove(found->second.get());
    m_notifiers.erase(found);
}

void DispatcherCore::registerTimer(int id, Duration interval, Qt::TimerType type, QObject *object)
{
    if (id < 1 || interval < Duration::zero() || !object) {
        qWarning("EventDispatcher::registerTimer: invalid arguments");
        return;
    }
    if (!isThisThread(object)) {
        qWarning("QObject::startTimer: timers cannot be started from another thread");
        return;
    }
    reported("QObject::startTimer", [=, this] {
        m_loop.timers().registerTimer(id, interval, type, object, Clock::now());
    });
}

bool DispatcherCore::unregisterTimer(int id)
{
    if (id < 1) {
        qWarning("EventDispatcher::unregisterTimer: invalid argument");
        return false;
    }
    if (m_dispatcher.thread() != QThread::currentThread()) {
        qWarning("QObject::killTimer: timers cannot be stopped from another thread");
        return false;
    }
    // Without an application it may be the former dispatcher's. Qt has none then which could be asked,
    // and QBasicTimer would warn of each animation that outlives the application.
    return m_loop.timers().unregisterTimer(id) || !QCoreApplication::instance();
}

bool DispatcherCore::unregisterTimers(QObject *object)
{
    if (!object) {
        qWarning("EventDispatcher::unregisterTimers: invalid argument");
        return false;
    }
    if (!isThisThread(object)) {
        qWarning("QObject::killTimers: timers cannot be stopped from another thread");
        return false;
    }
    return m_loop.timers().unregisterTimers(object);
}

std::vector<TimerQueue::TimerInfo> DispatcherCore::registeredTimers(QObject *object) const
{
    if (!object) {
        qWarning("EventDispatcher::registeredTimers: invalid argument");
        return { };
    }
    std::vector<TimerQueue::TimerInfo> timers;
    reported("EventDispatcher::registeredTimers",
             [&] { timers = m_loop.timers().registeredTimers(object); });
    return timers;
}

std::optional<Duration> DispatcherCore::remainingTime(int id) const
{
    if (id < 1) {
        qWarning("EventDispatcher::remainingTime: invalid argument");
        return std::nullopt;
    }
    return m_loop.timers().remainingTime(id, Clock::now());
}

void DispatcherCore::setPlatformEvents(std::unique_ptr<PlatformEvents> platform)
{
    m_loop.setPlatformEvents(std::move(platform));
}

void DispatcherCore::startingUp(LoopHost &host)
{
    const QCoreApplication *app = QCoreApplication::instance();
    m_startedUp = app && app->thread() == QThread::currentThread();
    m_log = &category();
    qCDebug(*m_log, "%s serves %s of Qt %s%s", m_dispatcher.metaObject()->className(),
            m_startedUp ? "the application" : "a thread", qVersion(),
            activation(m_dispatcher).constData());
    // The window system's events are the main thread's alone.
    if (!m_startedUp)
        m_loop.setPlatformEvents(nullptr);
    else if (m_loop.platformEvents())
        reported("QtAsyncio", [&] { m_loop.platformEvents()->startingUp(host); });
}

void DispatcherCore::closingDown()
{
    if (m_startedUp && m_loop.platformEvents())
        m_loop.platformEvents()->closingDown();
    m_startedUp = false;
    if (m_log)
        qCDebug(*m_log, "%s has served %llu iterations", m_dispatcher.metaObject()->className(),
                m_iterations);
}

} // namespace QtAsyncio
