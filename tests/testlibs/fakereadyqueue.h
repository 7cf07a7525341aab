// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "pipe.h"

#include <poller.h>
#include <readyqueue.h>

#include <QtCore/qglobal.h>

#include <atomic>
#include <deque>
#include <functional>
#include <vector>

namespace QtAsyncio {

/// A ready queue with plain functions for handles, as simple as the interface allows.
///
/// It stands for an asyncio loop where there is no Python. All functions are called in the
/// loop's thread; other threads add work through their own means and wake the host up.
class FakeReadyQueue final : public ReadyQueue
{
public:
    using Callback = std::function<void()>;

    FakeReadyQueue() = default;
    Q_DISABLE_COPY_MOVE(FakeReadyQueue)

    // What the test asks.
    int runs() const noexcept { return m_runs; }
    int generations() const noexcept { return m_generations; }
    int waits() const noexcept { return m_waits; }
    int levels() const noexcept { return m_levels; }
    int waitsBegun() const noexcept { return m_waitsBegun; }
    const std::vector<bool> &waitsEnded() const noexcept { return m_waitsEnded; } // if ready
    int hostsLost() const noexcept { return m_hostsLost; }
    const std::vector<int> &failedWaits() const noexcept { return m_failedWaits; } // their errnos
    bool isClosed() const noexcept { return m_isClosed; }
    const RunLimits *limits() const noexcept { return m_limits; } // while run() is on the stack

    // What the test arranges.
    void callSoon(Callback callback) { m_ready.push_back(std::move(callback)); }
    void callAt(TimePoint deadline, Callback callback);
    /// Calls back each time that \a descriptor is found ready for \a interest.
    void watch(int descriptor, Callback callback, Interest interest = Read);
    void unwatch(int descriptor);
    /// Takes part in waits: lets none last longer, and calls back when one begins.
    void shareWaits(Duration longest, Callback atBegin = [] { });
    /// Calls back when its descriptor turns out to be closed.
    void atClosed(Callback callback) { m_atClosed = std::move(callback); }
    /// Has nothing to restore after a wait.
    void dropLock() { m_hasLock = false; }
    /// Wants to be run in each iteration, without keeping any from waiting.
    void wantTurns() { m_wantsTurns = true; }

    int descriptor() const noexcept override { return m_poller.descriptor(); }
    void descriptorReady() noexcept override { m_descriptorReady = true; }
    Duration timeToNext(TimePoint now, bool timers) const noexcept override;
    bool wantsRun(TimePoint now, bool timers) const noexcept override;
    bool sharesWaits() const noexcept override { return m_sharesWaits; }
    Duration beginWait() noexcept override;
    void endWait(bool ready) noexcept override { m_waitsEnded.push_back(ready); }
    void run(const RunLimits &limits) override;
    void *aboutToWait() noexcept override;
    void waited(void *state) noexcept override;
    void forked() noexcept override { m_poller.flush(); }
    void hostDestroyed() noexcept override { ++m_hostsLost; }
    void waitFailed(int error) noexcept override { m_failedWaits.push_back(error); }
    void descriptorClosed() noexcept override
    {
        m_isClosed = true;
        m_poller.forget();
        if (m_atClosed)
            m_atClosed();
    }

private:
    struct Scheduled
    {
        TimePoint deadline;
        Callback callback;
    };
    struct Watch
    {
        int descriptor;
        Interest interest;
        Callback callback;
    };

    void collectDue(const RunLimits &limits);
    void collectReady();
    void runGeneration(const RunLimits &limits);

    std::deque<Callback> m_ready;
    std::vector<Scheduled> m_scheduled;
    std::vector<Watch> m_watches;
    Poller m_poller;
    const RunLimits *m_limits = nullptr;
    std::vector<bool> m_waitsEnded;
    bool m_sharesWaits = false;
    Duration m_longestWait = Forever;
    Callback m_atBeginWait;
    Callback m_atClosed;
    bool m_wantsTurns = false;
    bool m_hasLock = true;
    bool m_descriptorReady = false;
    bool m_isClosed = false;
    std::vector<int> m_failedWaits;
    int m_runs = 0;
    int m_generations = 0;
    int m_waits = 0;
    int m_waitsBegun = 0;
    int m_levels = 0; // aboutToWait() without its waited()
    std::atomic<int> m_hostsLost = 0; // by the end of a thread, seen from another
};

} // namespace QtAsyncio
