// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtCore/qglobal.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace QtAsyncio {

/// Does something from another thread after a time, unless its scope has ended by then.
class Delayed final
{
public:
    Delayed(std::chrono::milliseconds delay, std::function<void()> action);
    ~Delayed();
    Q_DISABLE_COPY_MOVE(Delayed)

    bool isDone() const noexcept { return m_done.load(); }

private:
    void run(std::chrono::milliseconds delay, const std::function<void()> &action);

    std::mutex m_mutex;
    std::condition_variable m_condition;
    bool m_cancelled = false;
    std::atomic<bool> m_done = false;
    std::thread m_thread; // last: it uses the others
};

/// Ends a wait that has lasted far too long, so that the test fails instead of hanging.
///
/// To be created in the thread that waits. QVERIFY(!watchdog.hasBitten()) states that it
/// was not needed.
class Watchdog final
{
public:
    explicit Watchdog(std::chrono::milliseconds limit = std::chrono::seconds(3));

    bool hasBitten() const noexcept { return m_wakeUp.isDone(); }

private:
    Delayed m_wakeUp;
};

} // namespace QtAsyncio
