// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtAsyncio/loophost.h>
#include <QtAsyncio/readyqueue.h>

#include <deque>
#include <functional>
#include <map>
#include <mutex>

/// Functions that are called in the iterations of Qt's event loop, as asyncio's callbacks are.
///
/// Used in the thread of the dispatcher that serves it, except for callSoonThreadsafe().
class CallbackQueue final : public QtAsyncio::ReadyQueue
{
public:
    using Callback = std::function<void()>;

    /// From now on \a host serves this queue.
    explicit CallbackQueue(QtAsyncio::LoopHost *host);
    ~CallbackQueue() override;
    CallbackQueue(const CallbackQueue &) = delete;
    CallbackQueue &operator=(const CallbackQueue &) = delete;

    /// In order, and after the events that Qt has now.
    void callSoon(Callback callback) { m_ready.push_back(std::move(callback)); }
    /// Not before \a delay has passed, in the order of the deadlines.
    void callLater(QtAsyncio::Duration delay, Callback callback);
    /// As callSoon(), from any thread.
    void callSoonThreadsafe(Callback callback);

    // What the dispatcher calls.
    int descriptor() const noexcept override { return -1; } // QSocketNotifier is good enough
    void descriptorReady() noexcept override { }
    QtAsyncio::Duration timeToNext(QtAsyncio::TimePoint now, bool timers) const noexcept override;
    void run(const QtAsyncio::RunLimits &limits) override;
    void *aboutToWait() noexcept override { return nullptr; } // there is no interpreter's lock
    void waited(void *) noexcept override { }
    void forked() noexcept override { } // nothing of this is shared with a parent process
    void hostDestroyed() noexcept override;

private:
    void takeInbox();
    void takeDue(QtAsyncio::TimePoint now);

    std::deque<Callback> m_ready;
    std::multimap<QtAsyncio::TimePoint, Callback> m_scheduled; // equal ones as they came

    mutable std::mutex m_mutex; // of what other threads use
    std::deque<Callback> m_inbox;
    QtAsyncio::LoopHost *m_host;
};
