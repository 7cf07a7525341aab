// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "ticker.h"

namespace QtAsyncio {

Ticker::Ticker(std::chrono::milliseconds interval)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] { ++m_ticks; });
    m_timer.start(interval);
}

IterationCounter::IterationCounter()
{
    const auto *dispatcher = QAbstractEventDispatcher::instance();
    connect(dispatcher, &QAbstractEventDispatcher::awake, this, [this] { ++m_iterations; });
    connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, this, [this] { ++m_blocks; });
}

} // namespace QtAsyncio
