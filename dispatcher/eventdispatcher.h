// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "export.h"
#include "loophostinterface.h"

#include <QtCore/qabstracteventdispatcher.h>

#include <memory>

namespace QtAsyncio {

class DispatcherCore;
class PlatformEvents;

/// Qt's event dispatcher for one thread, which runs ready queues in the same iterations.
///
/// What each function promises is told by the documentation of QAbstractEventDispatcher, and where
/// that is silent, Qt's own dispatcher for UNIX is the model.
///
/// It is set with QCoreApplication::setEventDispatcher() before there is an application, or with
/// QThread::setEventDispatcher() before the thread is started. Either takes ownership: Qt deletes
/// it with the application, or at the end of the thread. It may be created in any thread; as any
/// QObject it is moved, which setting it does, from the one that it lives in.
///
/// wakeUp() and interrupt() may be called from any thread, all else from the one that it serves.
/// A call with senseless arguments, or that starts or stops something from a wrong thread, is
/// warned of with qWarning() and does nothing.
///
/// createEventDispatcher() makes one whose timers have nanoseconds where Qt has them, and
/// factory.h one that serves the window system of a program with windows too.
class QTASYNCIO_EXPORT EventDispatcher : public QAbstractEventDispatcher, public LoopHost
{
    Q_OBJECT
    Q_INTERFACES(QtAsyncio::LoopHost)

public:
    /// Throws std::system_error if the process has no descriptor left.
    explicit EventDispatcher(QObject *parent = nullptr);
    /// Detaches the ready queues that are left, which ReadyQueue::hostDestroyed() tells them.
    ~EventDispatcher() override;

    /// What serves the window system's events; before startingUp(). Takes ownership. It is used
    /// in the application's thread only, and deleted at once in any other.
    void setPlatformEvents(std::unique_ptr<PlatformEvents> platform);

    /// One iteration: posted events; the wait, if \a flags have WaitForMoreEvents and nothing is
    /// ready; notifiers; timers; the window system's events; ready queues.
    ///
    /// Returns whether an event was handled. Timers with an interval of zero and the callbacks of
    /// ready queues do not count, so that a loop over this function comes to an end.
    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;

    /// A second notifier of one kind for a descriptor is warned of, and served until it goes; then
    /// the first one is again. One for a file that the kernel cannot watch, such as a regular
    /// file, is always ready.
    void registerSocketNotifier(QSocketNotifier *notifier) override;
    void unregisterSocketNotifier(QSocketNotifier *notifier) override;

    /// \a interval is in milliseconds. QObject::startTimer() and QTimer call this.
    void registerTimer(int timerId, qint64 interval, Qt::TimerType timerType,
                       QObject *object) override;
    /// False if there is no such timer.
    bool unregisterTimer(int timerId) override;
    /// False if \a object has no timer.
    bool unregisterTimers(QObject *object) override;
    QList<TimerInfo> registeredTimers(QObject *object) const override;
    /// In milliseconds, rounded up; 0 if it is overdue, -1 if there is no such timer.
    int remainingTime(int timerId) override;

    /// Ends the wait, the current one or the next. Any thread, and from a signal handler.
    void wakeUp() override;
    /// Makes processEvents() return as soon as it can. Any thread.
    void interrupt() override;
    /// Called by Qt, in the thread that is served, before its first and after its last iteration.
    void startingUp() override;
    void closingDown() override;

    void attach(ReadyQueue *queue) override;
    void detach(ReadyQueue *queue) noexcept override;
    ForeignWait &foreignWait() noexcept override;

private:
    const std::unique_ptr<DispatcherCore> m_core;
};

} // namespace QtAsyncio
