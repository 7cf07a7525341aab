// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// A queue and its host: who serves it, what that asks, and what is left at the interpreter's end.

#include "dispatcherlibrary.h"
#include "exceptionscope.h"
#include "gil.h"
#include "handlequeue.h"
#include "loophost.h"
#include "nativecall.h"
#include "ref.h"
#include "stackplace.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <new>
#include <utility>

namespace QtAsyncio {

namespace {

/// Guarded by the GIL. Never destroyed: daemon threads still run in the C library's exit handlers.
std::vector<HandleQueue *> &attachedQueues()
{
    using Queues = std::vector<HandleQueue *>;
    alignas(Queues) static std::byte storage[sizeof(Queues)];
    static auto *const queues = new (storage) Queues; // allocates nothing
    return *queues;
}

char s_nothingToRestore; // its address stands for a thread that came without the GIL

/// 1 in the thread that `threading` takes for the main one, which has imported it first: in a
/// program that embeds Python that may be any. The interpreter's end waits for the end of its state.
/// -1 with a Python error set, as a signal handler may raise one.
int isMainOfThreading()
{
    const Ref module(PyImport_ImportModule("threading"));
    const Ref main(module ? PyObject_CallMethod(module.get(), "main_thread", nullptr) : nullptr);
    const Ref identity(main ? PyObject_GetAttrString(main.get(), "ident") : nullptr);
    const unsigned long number = identity ? PyLong_AsUnsignedLong(identity.get()) : 0;
    return PyErr_Occurred() ? -1 : number == PyThread_get_thread_ident();
}

/// Without a run that could end with it, an exception can only be shown.
void reportIf(bool failed)
{
    if (failed)
        PyErr_WriteUnraisable(nullptr);
}

} // namespace

bool HandleQueue::attach(LoopHost *host, bool served)
{
    s_ended.store(false); // a program that embeds Python may have begun again
    std::vector<HandleQueue *> &attached = attachedQueues();
    if (std::find(attached.begin(), attached.end(), this) != attached.end())
        detach();
    attached.reserve(attached.size() + 1);
    m_served = served;
    m_visibleException = served ? nullptr : ExceptionScope::handled();
    m_thread = std::this_thread::get_id();
    m_failure.store(0); // of a former run's last wait
    m_generationEnd = m_ready.begin(); // the rest of an interrupted generation joins the next
    if (!served) // otherwise the first run settles it
        m_admission.home().settle();
    if (!attachTo(host))
        return false;
    attached.push_back(this);
    Py_INCREF(m_loop); // the host refers to the queue, until detach()
    return true;
}

void HandleQueue::serveAgain(LoopHost *host)
{
    for (HandleQueue *queue : std::vector(attachedQueues())) {
        if (queue->m_served && !queue->m_host && queue->m_thread == std::this_thread::get_id())
            reportIf(!queue->attachTo(host));
    }
}

bool HandleQueue::attachTo(LoopHost *host)
{
    const int isMain = m_served ? isMainOfThreading() : 1;
    if (isMain < 0)
        return false;
    publish();
    m_descriptorReady.store(true); // look once: a loop polls before its first callback
    host->attach(this);
    m_host = host;
    m_hostMode = DispatcherLibrary::mode();
    if (!isMain) // whose state stays anyway, or must not
        m_threadState.begin();
    return true;
}

void HandleQueue::detach() noexcept
{
    if (LoopHost *host = std::exchange(m_host, nullptr))
        host->detach(this);
    m_threadState.end();
    m_admission.home().forget();
    m_admission.endPause();
    m_leaving = false;
    makeKnown();
    if (std::erase(attachedQueues(), this) == 0)
        return;
    if (m_waits > 0 && !std::exchange(m_kept, true))
        return; // an iteration comes back to waited(), which drops the reference
    Py_DECREF(m_loop); // which may be the end of this
}

/// Asks the Qt event loop that run_forever() stands in to return.
void HandleQueue::leave()
{
    if (m_leaving)
        return;
    m_leaving = true;
    const LentFrames frames; // the event loops that fill the stack have to return
    PyObject *result = PyObject_CallMethod(m_loop, "_leave", nullptr);
    if (!result) {
        if (m_host) {
            raised(); // the handler of a signal, perhaps: then a later iteration asks again
            m_admission.pause();
        } else {
            PyErr_WriteUnraisable(m_loop); // a later run must not end with it
        }
        m_leaving = false;
    }
    Py_XDECREF(result);
    if (!m_stopping && !m_exception) // a loop that is served goes on
        m_leaving = false;
}

/// From here on the loop may be garbage, and the collector has to see what it refers to.
void HandleQueue::makeKnown()
{
    if (!NativeCall::completes([this] { emptyInbox(); }))
        PyErr_Clear(); // no memory: they stay where they are
    for (std::uint64_t place = m_ready.begin(); place != m_ready.end(); ++place)
        Handles::makeKnown(m_ready.at(place).handle);
    for (std::uint64_t place = m_old.begin(); place != m_old.end(); ++place)
        Handles::makeKnown(m_old.at(place).handle);
    for (const ReadyHandle &ready : m_busy.handles())
        Handles::makeKnown(ready.handle);
    m_scheduled.makeKnown();
}

void HandleQueue::detachAll() noexcept
{
    s_ended.store(true);
    // A queue of a daemon's thread may be at work; its next step ends with the interpreter. One
    // that is served has nothing of Python's below it: its thread goes on without it.
    const std::vector<HandleQueue *> &attached = attachedQueues();
    for (std::size_t left = attached.size(); left > 0; --left) {
        const auto ours =
                std::ranges::find(attached, std::this_thread::get_id(),
                                  [](const HandleQueue *queue) { return queue->m_thread; });
        if (ours == attached.end())
            return;
        (*ours)->detach(); // takes it from the list, and others if that is the end of their loops
    }
}

Duration HandleQueue::timeToNext(TimePoint now, bool timers) const noexcept
{
    if (m_served && s_ended.load(std::memory_order_relaxed))
        return Forever;
    if (m_descriptorReady.load())
        return Duration::zero();
    if (const Duration pause = m_admission.pauseLeft(now); pause > Duration::zero())
        return pause;
    if (m_wanted.load(std::memory_order_relaxed) || !m_inbox.isEmpty()
        || m_failure.load(std::memory_order_relaxed))
        return Duration::zero();
    const TimePoint nextTry = std::min(m_busy.nextTry(), m_oldTry.load(std::memory_order_relaxed));
    const Duration latest = timeUntil(nextTry, now);
    if (!timers)
        return latest;
    if (m_nextDeadline.load(std::memory_order_relaxed) <= now)
        return Duration::zero();
    return std::min(latest, timeUntil(m_nextWakeUp.load(std::memory_order_relaxed), now));
}

void HandleQueue::publish() noexcept
{
    const bool ends = (m_stopping || m_exception) && !m_leaving;
    m_wanted.store(ends || !m_ready.isEmpty() || mayRunOld(), std::memory_order_relaxed);
    if (m_old.isEmpty())
        m_oldTry.store(Never, std::memory_order_relaxed);
    publishDeadlines();
}

void HandleQueue::publishDeadlines() noexcept
{
    m_nextDeadline.store(m_scheduled.nextDeadline(), std::memory_order_relaxed);
    m_nextWakeUp.store(m_scheduled.nextWakeUp(), std::memory_order_relaxed);
}

void HandleQueue::wakeUp() noexcept
{
    if (m_host)
        m_host->wakeUp();
}

/// Other threads look at the host with the GIL held, and may destroy the queue after it.
void HandleQueue::hostDestroyed() noexcept
{
    if (s_ended.load()) {
        m_host = nullptr;
        return;
    }
    PyThreadState *lost = nullptr;
    {
        const GilHolder gil;
        m_host = nullptr;
        lost = m_threadState.endWithThread();
    }
    ThreadStateHold::deleteLost(lost);
}

void HandleQueue::forked() noexcept
{
    if (const int error = m_watchers.separateFromParent())
        m_failure.store(error);
}

void HandleQueue::descriptorClosed() noexcept
{
    m_watchers.forget(); // its number may be another file's next
    m_failure.store(EBADF);
}

void *HandleQueue::aboutToWait() noexcept
{
    const CancellationGuard guard; // releasing the GIL may wait for the thread that takes it
    ++m_waits;
    // Never null: waited() is wanted in any case, for it may be the thread's last call.
    return holdsGil() ? static_cast<void *>(PyEval_SaveThread()) : &s_nothingToRestore;
}

void HandleQueue::waited(void *state) noexcept
{
    const CancellationGuard guard;
    stayIfInterpreterIsGone();
    if (state != &s_nothingToRestore)
        PyEval_RestoreThread(static_cast<PyThreadState *>(state));
    if (--m_waits > 0 || !std::exchange(m_kept, false))
        return;
    const GilHolder gil;
    Py_DECREF(m_loop); // which may be the end of this
}

} // namespace QtAsyncio
