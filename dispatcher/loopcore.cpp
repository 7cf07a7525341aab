// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "loopcore.h"

#include <QtCore/qcoreapplication.h>

#include <algorithm>
#include <new>

namespace QtAsyncio {

namespace {

constexpr LoopCore::Flags WaitForMoreEvents = QEventLoop::WaitForMoreEvents;

} // namespace

struct LoopCore::Wakened
{
    bool interrupted = false; // before the wait, which then did not take place
    bool woken = false; // a wake-up ended the wait
};

struct LoopCore::Report
{
    std::span<const ReadyDescriptor> ready;
    bool waker = false; // the waker's descriptor is among those
    bool woken = false; // a wake-up ended the wait
};

LoopCore::LoopCore(Observer &observer)
    : m_observer(observer),
      m_descriptors(m_poller),
      m_readyQueues(m_descriptors),
      m_own(m_poller, m_waker, *this)
{
}

LoopCore::~LoopCore() = default;

void LoopCore::setPlatformEvents(std::unique_ptr<PlatformEvents> platform)
{
    m_platform = std::move(platform);
}

void LoopCore::interrupt() noexcept
{
    m_interrupted.store(true);
    m_waker.wakeUp();
}

/// One iteration: every source of work gets its turn exactly once.
///
/// The order is Qt's (posted events, descriptors, timers, window system) with asyncio's ready
/// queue last, so that a handle sees the events that preceded it. Any step may re-enter this
/// function through a nested QEventLoop. docs/design.md tells why each step stands where it does.
bool LoopCore::processEvents(Flags flags)
{
    m_interrupted.store(false);
    m_own.separateFromParent();
    const ReadyQueues::Released released(m_readyQueues);

    m_observer.coreAwake();
    // What was announced is delivered now, so this call must not wait. What is announced from
    // here on, by the receivers too, is for the next call, which must not wait either.
    const bool announced = m_waker.take();
    int handled = deliverPostedEvents(flags);

    const Wakened wakened = waitForWork(announced ? flags & ~WaitForMoreEvents : flags);
    if (wakened.interrupted)
        return handled > 0;

    handled += announced || wakened.woken || m_waker.isPending(); // a wake-up is an event
    if (!flags.testFlag(QEventLoop::ExcludeSocketNotifiers))
        handled += m_descriptors.activatePending();
    const TimePoint now = Clock::now();
    if (!flags.testFlag(QEventLoop::X11ExcludeTimers))
        handled += m_timers.activate(now); // zero timers do not count
    handled += sendWindowSystemEvents(flags, wakened.woken);
    runReadyQueues(flags, now); // nor do handles: processEvents() must come to an end
    return handled > 0;
}

/// Exactly once per call, even with nothing pending: an event that a nested loop refused to
/// deliver comes back without a wake-up. A platform's pump delivers them itself.
int LoopCore::deliverPostedEvents(Flags flags)
{
    if (m_platform && m_platform->hasPump())
        return m_platform->pump(flags);
    QCoreApplication::sendPostedEvents();
    return 0;
}

bool LoopCore::mayBlock(Flags flags) const
{
    return flags.testFlag(QEventLoop::WaitForMoreEvents) && !m_interrupted.load()
            && !m_waker.isPending();
}

Duration LoopCore::timeToWait(Flags flags, TimePoint now) const
{
    if (!mayBlock(flags))
        return Duration::zero();
    const bool timers = !flags.testFlag(QEventLoop::X11ExcludeTimers);
    const Duration next = m_readyQueues.timeToNext(now, timers);
    return timers ? std::min(next, m_timers.timeToNext(now)) : next;
}

LoopCore::Wakened LoopCore::waitForWork(Flags flags)
{
    Duration timeout = Duration::zero();
    if (mayBlock(flags)) {
        const TimePoint now = Clock::now();
        // Ready handles are like a pending wake-up: there will be no wait to announce.
        if (!hasReadyHandles(flags, now))
            m_observer.coreAboutToBlock(); // its receivers may post, start and schedule
        timeout = timeToWait(flags, now);
        if (timeout > Duration::zero())
            timeout = timeToWait(flags, Clock::now()); // they may have taken their time
    }
    if (m_interrupted.load())
        return { .interrupted = true };
    try {
        return poll(flags, timeout);
    } catch (const std::bad_alloc &) { // the kernel reports it again
        qCritical("QtAsyncio: there is no memory to note what is ready");
        return { };
    }
}

bool LoopCore::hasReadyHandles(Flags flags, TimePoint now) const
{
    if (m_readyQueues.isEmpty())
        return false;
    const bool timers = !flags.testFlag(QEventLoop::X11ExcludeTimers);
    return m_readyQueues.timeToNext(now, timers) == Duration::zero();
}

LoopCore::Wakened LoopCore::poll(Flags flags, Duration timeout)
{
    const bool excluded = flags.testFlag(QEventLoop::ExcludeSocketNotifiers);
    m_own.beginIteration();
    const Report report = timeout > Duration::zero() ? wait(excluded, timeout) : glance(excluded);
    m_descriptors.mark(report.ready);
    if (!m_own.isIntact())
        m_own.recover();
    return { .woken = report.woken };
}

/// Polls without waiting. Looks for closed descriptors if some may belong to Qt's notifiers.
LoopCore::Report LoopCore::glance(bool excluded)
{
    if (!excluded && m_descriptors.size() > m_readyQueues.size())
        m_own.check(Clock::now());
    return look(excluded, Duration::zero());
}

/// Waits, in parts if not all descriptors can be checked first.
LoopCore::Report LoopCore::wait(bool excluded, Duration timeout)
{
    TimePoint now = Clock::now();
    if (excluded)
        return share(excluded, std::min(timeout, timeUntil(m_own.nextTry(), now)));
    const TimePoint deadline = timeout < Never - now ? now + timeout : Never;
    for (;;) {
        const TimePoint partEnd = m_own.check(now);
        if (partEnd <= now)
            return look(excluded, Duration::zero());
        // Without its set a loop waits for wake-ups alone.
        const Report report =
                share(m_poller.error() != 0, timeUntil(std::min(partEnd, deadline), now));
        if (partEnd >= deadline || !report.ready.empty() || report.woken || m_waker.isPending())
            return report;
        now = Clock::now();
        if (now < partEnd) // the deadline of another event loop, which must not wait for the parts
            return report;
    }
}

/// Other event loops take part in a wait, and in nothing else: what is ready now needs none.
LoopCore::Report LoopCore::share(bool excluded, Duration timeout)
{
    if (!m_readyQueues.shareWaits())
        return sleep(excluded, timeout);
    // The waker alone does not count: it may be left from an earlier wait, and sleep() empties it.
    const Report present = look(excluded, Duration::zero());
    if (present.ready.size() > std::size_t(present.waker))
        return present;
    timeout = std::min(timeout, m_readyQueues.beginWait()); // no call-out from here to endWait()
    const Report report = sleep(excluded, timeout);
    m_readyQueues.endWait(report.ready);
    return report;
}

LoopCore::Report LoopCore::sleep(bool excluded, Duration timeout)
{
    if (excluded)
        m_waker.drain(); // of what came through the poller, which does not need that
    if (timeout == Duration::zero() || !m_waker.prepareToSleep())
        return look(excluded, Duration::zero());
    Report report = look(excluded, timeout);
    report.woken = m_waker.take();
    if (excluded)
        m_waker.drain(); // the poller would report it once more
    return report;
}

/// Excluded descriptors are not even looked at: that would be a wait without sleep.
LoopCore::Report LoopCore::look(bool excluded, Duration timeout)
{
    if (excluded)
        return { .ready = { }, .waker = timeout > Duration::zero() && waitForWaker(timeout) };
    const auto ready = m_poller.wait(timeout);
    const bool waker = std::any_of(ready.begin(), ready.end(), [this](const auto &r) {
        return r.descriptor == m_waker.descriptor();
    });
    return { .ready = ready, .waker = waker };
}

bool LoopCore::waitForWaker(Duration timeout)
{
    const bool readable = m_waker.wait(timeout);
    if (readable && !m_waker.isPending() && !m_waker.isOpen())
        m_own.setWakerLost();
    return readable;
}

Duration LoopCore::beginForeignWait()
{
    m_own.separateFromParent();
    const TimePoint now = Clock::now();
    m_own.beginIteration();
    const Duration part = timeUntil(m_own.check(now), now);
    if (m_poller.isAlwaysReady())
        return Duration::zero();
    const Duration timeout = std::min(part, timeToWait(WaitForMoreEvents, now));
    return timeout > Duration::zero() && m_waker.prepareToSleep() ? timeout : Duration::zero();
}

bool LoopCore::endForeignWait() noexcept
{
    const bool woken = m_waker.take();
    m_waker.drain(); // the other loop looks whether the descriptor of the set is readable
    return woken;
}

/// The pump has had its turn with the posted events; what came during the wait is announced
/// by a wake-up. Events that it leaves queued, as excluded ones, need no second pump.
bool LoopCore::sendWindowSystemEvents(Flags flags, bool woken)
{
    if (!m_platform)
        return false;
    if (m_platform->hasPump())
        return woken && m_platform->pump(flags);
    return m_platform->sendWindowSystemEvents(flags);
}

void LoopCore::runReadyQueues(Flags flags, TimePoint now)
{
    const bool timers = !flags.testFlag(QEventLoop::X11ExcludeTimers);
    if (!m_readyQueues.wantRun(now, timers))
        return;
    now = Clock::now(); // the phases before may have taken their time
    // An explicit processEvents() polls before every generation.
    const bool waits = flags.testFlag(QEventLoop::WaitForMoreEvents);
    m_readyQueues.run({ .begin = now,
                        .pollAgain = waits ? now + PollInterval : now,
                        .yield = now + TimeSlice,
                        .wakeUpPending = m_waker.pending(),
                        .timers = timers,
                        .descriptors = !flags.testFlag(QEventLoop::ExcludeSocketNotifiers) });
}

void LoopCore::descriptorsClosed(const std::vector<int> &numbers)
{
    m_descriptors.invalidate(numbers);
}

/// Qt's dispatcher also warns of a failed wait, but does not repair it.
void LoopCore::waitFailed(int error)
{
    qErrnoWarning(error, "QtAsyncio: the event dispatcher could not wait");
    m_readyQueues.waitFailed(error);
}

} // namespace QtAsyncio
