// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtCore/qabstracteventdispatcher.h>

// The second version of Qt's dispatcher interface, which counts in nanoseconds. Qt 6.8 and later
// have it; built with older headers, we declare what the libraries of newer ones export.
#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)

#  include <QtCore/qdeadlinetimer.h>

#  include <chrono>

namespace Qt {
enum class TimerId : int { Invalid = 0 };
}

/// As in Qt 6.8: the order of the virtual functions is that of the libraries.
class QAbstractEventDispatcherV2 : public QAbstractEventDispatcher
{
    Q_OBJECT

public:
    using Duration = std::chrono::nanoseconds;

    struct TimerInfoV2
    {
        Duration interval;
        Qt::TimerId timerId;
        Qt::TimerType timerType;
    };

    explicit QAbstractEventDispatcherV2(QObject *parent = nullptr);
    ~QAbstractEventDispatcherV2() override;

    virtual void registerTimer(Qt::TimerId timerId, Duration interval, Qt::TimerType timerType,
                               QObject *object) = 0;
    virtual bool unregisterTimer(Qt::TimerId timerId) = 0;
    virtual QList<TimerInfoV2> timersForObject(QObject *object) const = 0;
    virtual Duration remainingTime(Qt::TimerId timerId) const = 0;
    virtual bool processEventsWithDeadline(QEventLoop::ProcessEventsFlags flags,
                                           QDeadlineTimer deadline);

private:
    // The first version's, which Qt translates to the ones above.
    void registerTimer(int timerId, qint64 interval, Qt::TimerType timerType,
                       QObject *object) final;
    bool unregisterTimer(int timerId) final;
    QList<TimerInfo> registeredTimers(QObject *object) const final;
    int remainingTime(int timerId) final;
};

#endif
