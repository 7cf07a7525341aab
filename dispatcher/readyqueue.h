// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "clock.h"

#include <atomic>

namespace QtAsyncio {

/// How far one run() may go.
struct RunLimits
{
    TimePoint begin; // the time when the run is asked for
    TimePoint pollAgain; // begin no new generation after this moment
    TimePoint yield; // end even amidst a generation, so that the user's click is not kept waiting
    const std::atomic<bool> &wakeUpPending; // true: the same as pollAgain has passed
    bool timers; // deadlines may be served
    bool descriptors; // descriptors may be served
};

/// Callbacks of another event loop, run within the iteration of this one.
///
/// Implemented by what stands behind an asyncio loop, or by a C++ program with callbacks of its
/// own. All functions are called in the thread of the dispatcher that it is attached to.
class ReadyQueue
{
public:
    virtual ~ReadyQueue() = default;

    /// An epoll descriptor that is readable when a descriptor of the queue's own is ready,
    /// or -1. It must not change while the queue is attached.
    virtual int descriptor() const noexcept = 0;
    /// Notes that descriptor() is readable; the next run() sees to it.
    virtual void descriptorReady() noexcept = 0;

    /// How long the dispatcher may wait: zero if run() is wanted, Forever if only a wake-up or a
    /// descriptor can change that. Deadlines are left out unless \a timers.
    virtual Duration timeToNext(TimePoint now, bool timers) const noexcept = 0;
    /// Runs what is ready. May enter a nested iteration and detach this queue, which has to live
    /// until the iteration has ended.
    virtual void run(const RunLimits &limits) = 0;

    /// Before Qt's part of an iteration, which may block: gives up an interpreter's lock if this
    /// thread holds it. The result goes to waited(), which restores the lock.
    virtual void *aboutToWait() noexcept = 0;
    virtual void waited(void *state) noexcept = 0;

    /// The process is a forked child: nothing may be shared with the parent.
    virtual void forked() noexcept = 0;
    /// The dispatcher goes away; the queue is detached and must not use it any more.
    virtual void hostDestroyed() noexcept = 0;
};

} // namespace QtAsyncio
