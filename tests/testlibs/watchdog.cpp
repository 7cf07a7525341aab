// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "watchdog.h"

#include <QtCore/qabstracteventdispatcher.h>

namespace QtAsyncio {

Delayed::Delayed(std::chrono::milliseconds delay, std::function<void()> action)
    : m_thread([this, delay, action = std::move(action)] { run(delay, action); })
{
}

Delayed::~Delayed()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_cancelled = true;
    }
    m_condition.notify_one();
    m_thread.join();
}

void Delayed::run(std::chrono::milliseconds delay, const std::function<void()> &action)
{
    std::unique_lock lock(m_mutex);
    if (m_condition.wait_for(lock, delay, [this] { return m_cancelled; }))
        return;
    m_done.store(true);
    action();
}

Watchdog::Watchdog(std::chrono::milliseconds limit)
    : m_wakeUp(limit, [dispatcher = QAbstractEventDispatcher::instance()] { dispatcher->wakeUp(); })
{
}

} // namespace QtAsyncio
