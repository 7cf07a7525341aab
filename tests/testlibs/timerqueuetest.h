// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "receiver.h"

#include <timerqueue.h>

#include <QtCore/qobject.h>

#include <memory>

namespace QtAsyncio {

/// A test of TimerQueue: with a new receiver of timer events for each test function.
class TimerQueueTest : public QObject
{
    Q_OBJECT

protected:
    /// The moment at which the tests begin, far from the edges of the clock.
    static constexpr TimePoint Zero = TimePoint{ } + std::chrono::hours(100);

    void start(TimerQueue &queue, int id, Duration interval, TimePoint now = Zero,
               Qt::TimerType type = Qt::PreciseTimer)
    {
        queue.registerTimer(id, interval, type, m_receiver.get(), now);
    }

    std::unique_ptr<Receiver> m_receiver;

private Q_SLOTS:
    void init() { m_receiver = std::make_unique<Receiver>(); }
};

} // namespace QtAsyncio
