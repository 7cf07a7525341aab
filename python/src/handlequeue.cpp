// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "handlequeue.h"
#include "debugwatch.h"
#include "depth.h"
#include "exceptionchain.h"
#include "exceptionscope.h"
#include "gil.h"
#include "loophost.h"
#include "nativecall.h"
#include "ref.h"
#include "runpatch.h"
#include "takeerror.h"
#include "tasksuspension.h"
#include "turn.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

namespace QtAsyncio {

// ---- Adding

void HandleQueue::push(PyObject *handle)
{
    Ref owned(handle);
    if (!m_inbox.isEmpty())
        emptyInbox(); // a thread may have posted before, and have been joined
    if (!m_host)
        Handles::makeKnown(handle);
    m_ready.push({ .handle = handle });
    static_cast<void>(owned.release());
    m_wanted.store(true, std::memory_order_relaxed);
}

void HandleQueue::pushFromAnyThread(PyObject *handle)
{
    Ref owned(handle);
    if (std::this_thread::get_id() == m_thread) { // which runs, or has yet to begin
        push(owned.release());
        return;
    }
    std::size_t posted = 0;
    if (m_host) {
        posted = m_inbox.put(handle);
        static_cast<void>(owned.release());
        if (posted == 1)
            m_host->wakeUp();
    } else {
        push(owned.release());
        m_backpressure.joined(1, m_ready);
    }
    const Duration pause = m_backpressure.pauseAfter(posted, m_ready);
    if (pause > Duration::zero())
        Backpressure::pause(pause); // last: the loop may be closed during it
}

void HandleQueue::schedule(PyObject *timer, TimePoint deadline)
{
    Ref owned(timer);
    if (!m_host)
        Handles::makeKnown(timer);
    m_scheduled.push(timer, deadline);
    static_cast<void>(owned.release());
    if (deadline < m_nextWakeUp.load(std::memory_order_relaxed))
        publishDeadlines();
}

void HandleQueue::setStopping(bool stopping)
{
    m_stopping = stopping;
    publish();
}

void HandleQueue::interrupt(PyObject *exception)
{
    if (!m_exception)
        m_exceptionPlace = m_ready.end();
    m_exception = chained(exception, m_exception);
    publish();
}

// ---- Running

/// The boundary below Qt: whatever fails ends the run of the loop with an exception.
void HandleQueue::run(const RunLimits &limits)
{
    const GilHolder gil;
    const ExceptionScope exceptions(m_visibleException);
    const auto permission = m_admission.permit(m_depth, limits.waits(), limits.begin);
    if (permission == Admission::Permission::None)
        return refuse(limits);
    Turn turn(m_loop, m_served);
    if (PyErr_Occurred())
        raised();
    const TaskSuspension suspension(m_loop, m_depth > 0, m_suspensions);
    if (PyErr_Occurred())
        raised();
    const Depth depth(m_depth);
    const std::uint64_t outer = std::exchange(m_firstPlace, firstPlace(permission));
    const bool completed = NativeCall::completes([&] {
        const Generation generation = runGenerations(limits);
        runLastOld(permission);
        m_admission.endPause();
        if (m_exception || (m_stopping && generation == Generation::Complete))
            leave();
        m_scheduled.dropCancelled();
        publish();
        failed(m_watchers.flush()); // the dispatcher waits next
    });
    if (!completed) {
        raised();
        leave();
    }
    m_firstPlace = outer;
    if (m_lateTurn && !suspension.hasTask())
        turn.restoreInstead(std::exchange(m_lateTurn, nullptr));
}

HandleQueue::Generation HandleQueue::runGenerations(const RunLimits &limits)
{
    RunClock clock(limits.begin);
    takeEvents(limits);
    beginGeneration(limits, clock);
    releaseBusyHandles(); // into it: the timers that are due belong to the same one
    Generation generation = runOld(limits, clock);
    if (generation == Generation::Complete)
        generation = runGeneration(limits, clock);
    while (generation == Generation::Complete && mayBeginAnother(limits, clock.now())) {
        beginGeneration(limits, clock);
        generation = runGeneration(limits, clock);
    }
    return generation;
}

void HandleQueue::release(int descriptor, Interest interest, PyObject *handle)
{
    m_watchers.release(descriptor, interest, handle);
    if (m_depth == 0)
        m_watchers.flush();
}

/// Signals first: their handlers are Python's, and run here even if no callback is ready.
void HandleQueue::takeEvents(const RunLimits &limits)
{
    failed(m_failure.exchange(0));
    // If they are excluded now they will be reported again: nothing has been read.
    if (!m_descriptorReady.exchange(false) || !limits.descriptors)
        return;
    if (PyErr_CheckSignals() < 0)
        raised();
    collect();
}

void HandleQueue::collect()
{
    emptyInbox(); // posted handles come before those that are reported now
    failed(m_watchers.collect(m_ready));
    if (m_watchers.takeRenewed() && m_host) { // the dispatcher watches the former set
        m_host->detach(this);
        m_host->attach(this);
    }
}

void HandleQueue::beginGeneration(const RunLimits &limits, RunClock &clock)
{
    if (m_ready.begin() < m_generationEnd)
        return; // the last one was interrupted by its time slice, or is an outer iteration's
    RunPatch::look();
    emptyInbox();
    if (limits.timers && !m_scheduled.isEmpty())
        m_scheduled.makeReady(clock.read(), m_ready);
    m_generationEnd = m_ready.end();
}

HandleQueue::Generation HandleQueue::runGeneration(const RunLimits &limits, RunClock &clock)
{
    while (m_ready.begin() < m_generationEnd && mayCallMore()) {
        const std::uint64_t place = m_ready.begin();
        if (isTooOld(place)) {
            setAside();
            continue;
        }
        runHandle(m_ready.take(), place < m_putBackEnd ? 0 : place);
        clock.handleRan();
        if ((mustReturn() || clock.now() >= limits.yield) && m_ready.begin() < m_generationEnd)
            return Generation::Interrupted;
    }
    return mayRunOld() ? Generation::Interrupted : Generation::Complete;
}

void HandleQueue::runHandle(const ReadyHandle &ready, std::uint64_t place)
{
    const HandleOutcome outcome = callHandle(ready.handle, place);
    if (outcome == HandleOutcome::Busy || outcome == HandleOutcome::BusyContext) {
        // A slot may have entered a context, in any depth, and nobody tells when it returns.
        m_busy.hold(ready, m_depth, outcome == HandleOutcome::BusyContext || m_depth == 1);
        return;
    }
    if (m_depth < m_busy.depth()) // it may have been the one that they wait for
        releaseBusyHandles();
    if (ready.descriptor >= 0)
        m_watchers.finished(ready);
    Handles::releaseQueued(ready.handle);
}

HandleOutcome HandleQueue::callHandle(PyObject *handle, std::uint64_t place)
{
    std::optional<DebugWatch> watch;
    if (m_debug)
        watch.emplace(m_loop, handle);
    Entrance entrance(m_entrance, place, m_ready.end());
    const HandleOutcome outcome = Handles::run(handle, entrance);
    if (outcome == HandleOutcome::Raised || (outcome == HandleOutcome::Busy && PyErr_Occurred()))
        raised();
    if (watch && !watch->finish())
        raised();
    return outcome;
}

bool HandleQueue::mayBeginAnother(const RunLimits &limits, TimePoint now)
{
    if (m_stopping || m_leaving || m_exception || now >= limits.pollAgain
        || limits.wakeUpPending.load(std::memory_order_relaxed))
        return false;
    return !m_ready.isEmpty() || !m_inbox.isEmpty() || (limits.descriptors && lookAgain());
}

/// The answer to what has been sent may be here already, from another task of this loop perhaps. To
/// look costs a fraction of an iteration; where it finds nothing that is done less often.
bool HandleQueue::lookAgain()
{
    if (!m_looks.isDue())
        return false;
    collect();
    m_looks.tried(!m_ready.isEmpty());
    return !m_ready.isEmpty();
}

void HandleQueue::emptyInbox()
{
    if (m_inbox.isEmpty())
        return;
    m_ready.makeRoom(m_inbox.size());
    const std::vector<PyObject *> handles = m_inbox.takeAll();
    for (PyObject *handle : handles)
        m_ready.push({ .handle = handle });
    m_backpressure.joined(handles.size(), m_ready);
    m_wanted.store(true, std::memory_order_relaxed);
}

/// Keeps the Python error that is set: it comes out of run_forever().
void HandleQueue::raised()
{
    interrupt(takeError());
}

/// Ends the run with an OSError, unless \a error is 0 or another exception ends it already.
void HandleQueue::failed(int error)
{
    if (!error || m_exception)
        return;
    errno = error;
    PyErr_SetFromErrno(PyExc_OSError);
    raised();
}

// ---- The end, and those who look in

void HandleQueue::clear()
{
    for (PyObject *handle : m_inbox.takeAll())
        Handles::releaseQueued(handle);
    m_watchers.close();
    while (!m_ready.isEmpty())
        Handles::releaseQueued(m_ready.take().handle);
    while (!m_old.isEmpty())
        Handles::releaseQueued(m_old.take().handle);
    for (const ReadyHandle &ready : m_busy.takeAll())
        Handles::releaseQueued(ready.handle);
    m_scheduled.clear();
    Py_CLEAR(m_exception);
    Py_CLEAR(m_lateTurn);
    publish();
}

int HandleQueue::traverse(visitproc visit, void *arg) const
{
    for (std::uint64_t place = m_ready.begin(); place != m_ready.end(); ++place)
        Py_VISIT(m_ready.at(place).handle);
    for (std::uint64_t place = m_old.begin(); place != m_old.end(); ++place)
        Py_VISIT(m_old.at(place).handle);
    for (const ReadyHandle &ready : m_busy.handles())
        Py_VISIT(ready.handle);
    Py_VISIT(m_exception);
    Py_VISIT(m_lateTurn);
    int result = m_admission.home().traverse(visit, arg);
    if (!result)
        result = m_scheduled.traverse(visit, arg);
    return result ? result : m_watchers.traverse(visit, arg);
}

PyObject *HandleQueue::readySinceException() const
{
    return m_exception ? readyHandles(m_exceptionPlace) : PyList_New(0);
}

PyObject *HandleQueue::readyHandles(std::uint64_t first) const
{
    PyObject *list = PyList_New(0);
    for (std::uint64_t place = m_old.begin(); list && first == 0 && place != m_old.end(); ++place) {
        if (PyList_Append(list, m_old.at(place).handle) < 0)
            Py_CLEAR(list);
    }
    for (std::uint64_t place = std::max(first, m_ready.begin()); list && place != m_ready.end();
         ++place) {
        if (PyList_Append(list, m_ready.at(place).handle) < 0)
            Py_CLEAR(list);
    }
    return list;
}

} // namespace QtAsyncio
