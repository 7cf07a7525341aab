// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "clock.h"

#include <atomic>

namespace QtAsyncio {

/// How far one ReadyQueue::run() may go.
///
/// A generation is what was ready when it began; what its callbacks add belongs to the next.
struct RunLimits
{
    TimePoint begin; // the time when the run is asked for
    TimePoint pollAgain; // begin no new generation after this moment
    TimePoint yield; // end even amidst a generation, so that the user's click is not kept waiting
    const std::atomic<bool> &wakeUpPending; // true: the same as pollAgain has passed
    bool timers; // deadlines may be served
    bool descriptors; // descriptors may be served

    /// Whether the event loop waits if nothing is ready: false in a processEvents() without
    /// WaitForMoreEvents, true if that is unknown.
    bool waits() const noexcept { return pollAgain > begin; }
};

/// Callbacks of another event loop, run within the iteration of this one.
///
/// Implemented by what stands behind an asyncio loop, or by a C++ program with callbacks of its
/// own. All functions are called in the thread of the dispatcher that it is attached to; what
/// other threads add is the implementation's to guard, and LoopHost::wakeUp() makes it known.
/// None may throw: an exception cannot pass through Qt's event loop.
class ReadyQueue
{
public:
    virtual ~ReadyQueue() = default;

    /// An epoll descriptor that is readable when a descriptor of the queue's own is ready,
    /// or -1. Only forked() may change it while the queue is attached. The queue closes it.
    virtual int descriptor() const noexcept = 0;
    /// Notes that descriptor() is readable; the next run() sees to it. Until what made it readable
    /// is gone this is called in each iteration.
    virtual void descriptorReady() noexcept = 0;

    /// How long the dispatcher may wait: zero if run() is wanted, Forever if only a wake-up or a
    /// descriptor can change that. Deadlines are left out unless \a timers.
    ///
    /// Asked several times in an iteration, between aboutToWait() and waited() too.
    virtual Duration timeToNext(TimePoint now, bool timers) const noexcept = 0;
    /// Whether run() is wanted in this iteration: more than timeToNext() says if the queue wants a
    /// turn for which nobody would have to hurry.
    virtual bool wantsRun(TimePoint now, bool timers) const noexcept
    {
        return timeToNext(now, timers) == Duration::zero();
    }
    /// Runs what is ready; called last in an iteration, if wantsRun().
    ///
    /// May enter a nested iteration, which calls it again, and may detach this queue, which has to
    /// live until the iteration has ended.
    virtual void run(const RunLimits &limits) = 0;

    /// For a queue whose deadlines and descriptors are somebody else's: true if it is to be told
    /// of each wait that may block. It asks for them in beginWait(), which says how long the wait
    /// may last, and hands over what came of them in endWait(). \a ready: descriptor() is readable.
    virtual bool sharesWaits() const noexcept { return false; }
    virtual Duration beginWait() noexcept { return Forever; }
    virtual void endWait(bool ready) noexcept { static_cast<void>(ready); }

    /// Before Qt's part of an iteration, which may block: gives up an interpreter's lock if this
    /// thread holds it. The result goes to waited(), which restores the lock.
    ///
    /// Nested iterations nest these pairs. Of several queues the one attached last is asked. There
    /// is no waited() for a null; who gives another answer has to live until the iteration ends.
    virtual void *aboutToWait() noexcept = 0;
    virtual void waited(void *state) noexcept = 0;

    /// The process is a forked child: nothing may be shared with the parent. Called before the
    /// child's first iteration looks at anything.
    virtual void forked() noexcept = 0;
    /// The dispatcher goes away; the queue is detached and must not use it any more.
    virtual void hostDestroyed() noexcept = 0;
    /// The dispatcher could not wait, with the errno \a error: the program has closed its
    /// descriptors, or a forked child cannot open its own. The dispatcher has replaced them, or
    /// tries again in each iteration.
    virtual void waitFailed(int error) noexcept { static_cast<void>(error); }
    /// The program has closed descriptor(), which is not watched any more.
    virtual void descriptorClosed() noexcept { }
};

} // namespace QtAsyncio
