// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "export.h"
#include "loophost.h"

#include <QtCore/qabstracteventdispatcher.h>

#include <memory>

namespace QtAsyncio {

class DispatcherCore;
class PlatformEvents;

/// Qt's event dispatcher for one thread, which runs asyncio's handles in the same iterations.
///
/// Adapts the virtual functions of QAbstractEventDispatcher to LoopCore and checks their
/// arguments as QEventDispatcherUNIX does. To be set with QCoreApplication::setEventDispatcher()
/// or QThread::setEventDispatcher() before the application or the thread has one; it may be
/// created in any thread. Only wakeUp() and interrupt() may be called from other threads.
class QTASYNCIO_EXPORT EventDispatcher : public QAbstractEventDispatcher, public LoopHost
{
    Q_OBJECT

public:
    explicit EventDispatcher(QObject *parent = nullptr);
    ~EventDispatcher() override;

    /// The dispatcher of the calling thread if it is one of these, else null.
    static EventDispatcher *current();

    /// What serves the window system's events in the main thread; before startingUp().
    void setPlatformEvents(std::unique_ptr<PlatformEvents> platform);

    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;

    void registerSocketNotifier(QSocketNotifier *notifier) override;
    void unregisterSocketNotifier(QSocketNotifier *notifier) override;

    void registerTimer(int timerId, qint64 interval, Qt::TimerType timerType,
                       QObject *object) override;
    bool unregisterTimer(int timerId) override;
    bool unregisterTimers(QObject *object) override;
    QList<TimerInfo> registeredTimers(QObject *object) const override;
    int remainingTime(int timerId) override;

    void wakeUp() override;
    void interrupt() override;
    void startingUp() override;
    void closingDown() override;

    void attach(ReadyQueue *queue) override;
    void detach(ReadyQueue *queue) noexcept override;

private:
    const std::unique_ptr<DispatcherCore> m_core;
};

} // namespace QtAsyncio
