// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "eventdispatcher.h"
#include "qtdispatcherv2.h"

#include <memory>

namespace QtAsyncio {

/// EventDispatcher for Qt 6.8 and later, where QChronoTimer has intervals in nanoseconds.
///
/// Lives in a library of its own, which an older Qt cannot load: createEventDispatcher() chooses.
class QTASYNCIO_EXPORT EventDispatcherV2 final : public QAbstractEventDispatcherV2, public LoopHost
{
    Q_OBJECT
    Q_INTERFACES(QtAsyncio::LoopHost)

public:
    explicit EventDispatcherV2(std::unique_ptr<PlatformEvents> platform);
    ~EventDispatcherV2() override;

    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;

    void registerSocketNotifier(QSocketNotifier *notifier) override;
    void unregisterSocketNotifier(QSocketNotifier *notifier) override;

    void registerTimer(Qt::TimerId timerId, Duration interval, Qt::TimerType timerType,
                       QObject *object) override;
    bool unregisterTimer(Qt::TimerId timerId) override;
    bool unregisterTimers(QObject *object) override;
    QList<TimerInfoV2> timersForObject(QObject *object) const override;
    Duration remainingTime(Qt::TimerId timerId) const override;

    void wakeUp() override;
    void interrupt() override;
    void startingUp() override;
    void closingDown() override;

    void attach(ReadyQueue *queue) override;
    void detach(ReadyQueue *queue) noexcept override;
    ForeignWait &foreignWait() noexcept override;

private:
    const std::unique_ptr<DispatcherCore> m_core;
};

} // namespace QtAsyncio
