// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "admission.h"
#include "backoff.h"
#include "backpressure.h"
#include "busyhandles.h"
#include "entrance.h"
#include "handle.h"
#include "handlewatchers.h"
#include "inbox.h"
#include "readyqueue.h"
#include "readyring.h"
#include "runclock.h"
#include "scheduledhandles.h"
#include "threadstatehold.h"

#include <Python.h>

#include <atomic>
#include <thread>
#include <vector>

namespace QtAsyncio {

class LoopHost;

/// The handles of one asyncio loop: those which are ready, those which wait for their time, and
/// those which wait for a descriptor.
///
/// Everything is touched with the GIL held, except timeToNext(), descriptorReady() and forked(),
/// which the dispatcher calls without. While the loop runs the queue is attached to the
/// dispatcher of its thread. Other threads come in through the inbox.
class HandleQueue final : public ReadyQueue
{
public:
    /// The loop is borrowed: it owns the queue.
    explicit HandleQueue(PyObject *loop)
        : m_loop(loop)
    {
    }
    ~HandleQueue() override { clear(); }
    HandleQueue(const HandleQueue &) = delete;
    HandleQueue &operator=(const HandleQueue &) = delete;

    /// Keeps the loop alive until detach(), because the host has a pointer to the queue.
    /// \a served: nobody runs the loop, so it becomes the running one for each turn.
    /// False with a Python error set, or a C++ exception: nothing has changed then.
    [[nodiscard]] bool attach(LoopHost *host, bool served);
    void detach() noexcept;
    /// Whether there is a host: it may have gone meanwhile, with its thread or application.
    bool hasHost() const noexcept { return m_host; }
    /// How that host serves the loop, as DispatcherLibrary::mode() has said in its thread.
    int hostMode() const noexcept { return m_hostMode; }
    /// Attaches the queues of this thread again that are served and have lost their host.
    static void serveAgain(LoopHost *host);
    /// At the interpreter's end: no queue is served, and no Python called, from now on. Queues of
    /// other threads fall silent, if nobody runs their loops.
    static void detachAll() noexcept;
    /// Called when the interpreter has ended: queues that one of its exit handlers has attached
    /// after detachAll() neither call Python nor wait for the GIL.
    static void interpreterEnded() noexcept { s_ended.store(true); }

    /// Each takes over a reference.
    void push(PyObject *handle);
    void pushFromAnyThread(PyObject *handle);
    void schedule(PyObject *timer, TimePoint deadline);
    void timerCancelled() noexcept { m_scheduled.noteCancelled(); }
    HandleWatchers &watchers() noexcept { return m_watchers; }
    /// Gives up a watch that may be wanted again before the run is over.
    void release(int descriptor, Interest interest, PyObject *handle);

    /// Whether a run on the stack has put a task of the loop aside.
    bool isSuspendingTask() const noexcept { return m_suspensions > 0; }
    /// The state to restore when the task that is in its step has left it: a step has to end in the
    /// running loop. Borrowed, or null.
    PyObject *lateTurn() const noexcept { return m_lateTurn; }
    void setLateTurn(PyObject *former) noexcept { Py_XSETREF(m_lateTurn, Py_XNewRef(former)); }

    /// The innermost call of the program's code; whoever enters a protocol otherwise adds to it.
    Entrance *&entrances() noexcept { return m_entrance; }
    /// Whether a protocol is on the stack below the callback that runs.
    bool isEnteredOutside(PyObject *protocol);

    /// The run ends with the generation that is running, or the next one.
    void setStopping(bool stopping);
    bool isStopping() const noexcept { return m_stopping; }
    /// Ends the run with an exception; takes over a reference.
    void interrupt(PyObject *exception);
    void setDebug(bool debug) noexcept { m_debug = debug; }
    bool isDebug() const noexcept { return m_debug; }
    /// The exception that ended the run, as a new reference, or null.
    PyObject *takeException() noexcept { return std::exchange(m_exception, nullptr); }
    /// Wakes the dispatcher if the loop is attached; any thread.
    void wakeUp() noexcept;

    void clear();
    int traverse(visitproc visit, void *arg) const;
    // New lists for introspection; of the ready handles, those from a place in the ring on.
    PyObject *readyHandles(std::uint64_t first = 0) const;
    PyObject *readySinceException() const;
    PyObject *scheduledHandles() const { return m_scheduled.toList(); }

    int descriptor() const noexcept override { return m_watchers.pollDescriptor(); }
    void descriptorReady() noexcept override { m_descriptorReady.store(true); }
    Duration timeToNext(TimePoint now, bool timers) const noexcept override;
    void run(const RunLimits &limits) override;
    void *aboutToWait() noexcept override;
    void waited(void *state) noexcept override;
    void forked() noexcept override;
    void hostDestroyed() noexcept override;
    void waitFailed(int error) noexcept override { m_failure.store(error); }
    void descriptorClosed() noexcept override;

private:
    enum class Generation { Complete, Interrupted };

    void makeKnown();
    void refuse(const RunLimits &limits);
    std::uint64_t firstPlace(Admission::Permission permission) const noexcept;
    bool isTooOld(std::uint64_t place) const noexcept;
    bool mayCallMore() const noexcept;
    void setAside();
    bool mayRunOld() const noexcept { return m_firstPlace == 0 && !m_old.isEmpty(); }
    Generation runOld(const RunLimits &limits, RunClock &clock);
    void runLastOld(Admission::Permission permission);
    Generation runGenerations(const RunLimits &limits);
    void takeEvents(const RunLimits &limits);
    void collect();
    void beginGeneration(const RunLimits &limits, RunClock &clock);
    bool mustReturn() const noexcept;
    Generation runGeneration(const RunLimits &limits, RunClock &clock);
    void runHandle(const ReadyHandle &ready, std::uint64_t place);
    bool mayBeginAnother(const RunLimits &limits, TimePoint now);
    bool lookAgain();
    void emptyInbox();
    void releaseBusyHandles();
    HandleOutcome callHandle(PyObject *handle, std::uint64_t place);
    void raised();
    void failed(int error);
    void leave();
    bool attachTo(LoopHost *host);
    void publish() noexcept;
    void publishDeadlines() noexcept;

    static inline std::atomic<bool> s_ended = false; // the interpreter is about to

    PyObject *const m_loop;
    LoopHost *m_host = nullptr;
    std::thread::id m_thread = std::this_thread::get_id(); // which runs the loop, or did last
    int m_hostMode = 0;
    ThreadStateHold m_threadState; // while it is served

    ReadyRing m_ready;
    ReadyRing m_old; // older ones that wait for room on the stack
    ScheduledHandles m_scheduled;
    Inbox m_inbox;
    Backpressure m_backpressure; // on the threads that fill it
    HandleWatchers m_watchers;
    BusyHandles m_busy;

    Backoff<15> m_looks; // for descriptors, when a run has nothing else left
    std::uint64_t m_generationEnd = 0; // the place in the ring where the generation ends
    PyObject *m_exception = nullptr; // only while a host serves the queue, or a run ends
    std::uint64_t m_exceptionPlace = 0; // the place in the ring where the handles since then begin
    int m_depth = 0; // runs on the stack
    int m_suspensions = 0; // of them, those that have put a task aside
    PyObject *m_lateTurn = nullptr;
    const PyObject *m_visibleException = nullptr; // handled where run_forever() was called
    Admission m_admission;
    std::uint64_t m_firstPlace = 0; // in the ring: handles before it are not for this run
    std::uint64_t m_putBackEnd = 0; // behind the busy handles put back, which are old in any run
    Entrance *m_entrance = nullptr;
    int m_waits = 0; // pairs of aboutToWait() and waited() on the stack
    bool m_kept = false; // detached within such a pair, and alive until it ends
    bool m_debug = false;
    bool m_stopping = false;
    bool m_leaving = false; // the end of the run was asked for
    bool m_served = false; // attached, and not run

    // What the dispatcher reads without the GIL.
    std::atomic<bool> m_wanted = false;
    std::atomic<bool> m_descriptorReady = false;
    std::atomic<int> m_failure = 0; // the errno of a wait, which ends the run
    std::atomic<TimePoint> m_oldTry = Never; // when to look for room again
    std::atomic<TimePoint> m_nextDeadline = Never;
    std::atomic<TimePoint> m_nextWakeUp = Never;
};

} // namespace QtAsyncio
