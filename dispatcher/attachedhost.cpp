// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "attachedhost.h"

#include <QtCore/qabstracteventdispatcher.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <utility>

namespace QtAsyncio {

namespace {

/// How long handles that are always ready pause, and how often, where the dispatcher runs its
/// timers of no interval only if it finds nothing else to do.
constexpr Duration IdlePause = std::chrono::microseconds(100);
constexpr Duration IdlePauseInterval = std::chrono::milliseconds(4);

/// Of so many calls of processEvents() in a row that do not wait, one finds no handle ready: a loop
/// over them comes to an end. That lasts for the rest of the call, on a busy machine too.
constexpr int CallsWithoutPause = 50;
constexpr Duration CallPause = std::chrono::milliseconds(1);

constexpr TimePoint AtOnce = { };

constexpr int RetryMilliseconds =
        int(std::chrono::ceil<std::chrono::milliseconds>(RetryTime::Interval).count());

} // namespace

AttachedHost::AttachedHost(QAbstractEventDispatcher *dispatcher)
    : QObject(dispatcher),
      m_dispatcher(dispatcher),
      m_hasIdleTimers(dispatcher->inherits("QEventDispatcherGlib")),
      m_own(m_poller, m_waker, *this),
      m_descriptors(m_poller),
      m_readyQueues(m_descriptors),
      m_notifier(m_poller.descriptor(), QSocketNotifier::Read)
{
    static_cast<void>(m_descriptors.add(&m_deadline));
    m_notifier.setEnabled(false);
    connect(&m_notifier, &QSocketNotifier::activated, this, &AttachedHost::iterate);
    m_retryTimer.setSingleShot(true);
    connect(&m_retryTimer, &QTimer::timeout, this, &AttachedHost::iterate);
}

AttachedHost::~AttachedHost() = default;

void AttachedHost::attach(ReadyQueue *queue)
{
    m_readyQueues.attach(queue);
    try {
        setServing(true);
        prepareToWait();
    } catch (...) { // the caller may destroy the queue then
        detach(queue);
        throw;
    }
}

void AttachedHost::detach(ReadyQueue *queue) noexcept
{
    m_readyQueues.detach(queue);
    if (m_readyQueues.isEmpty())
        setServing(false);
}

void AttachedHost::setServing(bool serving)
{
    if (std::exchange(m_serving, serving) == serving)
        return;
    m_notifier.setEnabled(serving);
    using Dispatcher = QAbstractEventDispatcher;
    if (serving) {
        connect(m_dispatcher, &Dispatcher::awake, this, &AttachedHost::prepareToCall);
        connect(m_dispatcher, &Dispatcher::aboutToBlock, this, &AttachedHost::prepareToWait);
    } else {
        disconnect(m_dispatcher, nullptr, this, nullptr);
    }
}

/// The part of an iteration that is ours. Any step may run an event loop, which comes back here.
void AttachedHost::iterate()
{
    m_own.separateFromParent();
    look();
    m_descriptors.activatePending();

    m_deadline.arm(AtOnce); // for a main loop of GLib's that a callback may run
    const TimePoint now = Clock::now();
    m_readyQueues.run({ .begin = now,
                        .pollAgain = now + PollInterval,
                        .yield = now + TimeSlice,
                        .wakeUpPending = m_waker.pending(),
                        .timers = true,
                        .descriptors = true });
    prepare(idlePause());
}

void AttachedHost::look()
{
    try {
        const auto ready = m_poller.wait(Duration::zero());
        m_waker.take();
        m_descriptors.mark(ready);
    } catch (const std::bad_alloc &) { // the kernel reports it again
        qCritical("QtAsyncio: there is no memory to note what is ready");
    }
}

/// Called when a call begins which does not wait, or a wait is over.
void AttachedHost::prepareToCall()
{
    const bool pauses = ++m_calls > CallsWithoutPause;
    if (pauses)
        m_calls = 0;
    prepare(pauses ? CallPause : Duration::zero());
}

/// Called before the thread may wait the next time.
void AttachedHost::prepareToWait()
{
    m_calls = 0;
    prepare(idlePause());
}

Duration AttachedHost::idlePause() noexcept
{
    if (!m_hasIdleTimers)
        return Duration::zero();
    const TimePoint now = Clock::now();
    if (now >= m_nextPause) {
        m_pauseEnd = now + IdlePause;
        m_nextPause = now + IdlePauseInterval;
    }
    return std::max(m_pauseEnd - now, Duration::zero());
}

/// Has the set tell what the queues wait for. What is ready waits for the end of a pause.
void AttachedHost::prepare(Duration pause)
{
    m_own.separateFromParent();
    const TimePoint now = Clock::now();
    checkDescriptors(now); // first: it may replace the waker
    bool woken = false;
    while (!m_waker.prepareToSleep())
        woken |= m_waker.take();
    const Duration next = woken ? Duration::zero() : m_readyQueues.timeToNext(now, true);
    if (next == Forever)
        m_deadline.arm(Never);
    else if (next > Duration::zero())
        m_deadline.arm(now + next);
    else
        m_deadline.arm(pause > Duration::zero() ? now + pause : AtOnce);
    m_poller.flush();
}

/// Any event loop of this thread's goes through the dispatcher, which tells us.
Duration AttachedHost::beginForeignWait()
{
    prepareToWait();
    return Forever;
}

/// Replaces the descriptors that the program has closed: Qt's dispatcher would wait for a set that
/// no longer exists. May run any code, such as a handler of Qt's messages.
void AttachedHost::checkDescriptors(TimePoint now)
{
    m_own.beginIteration();
    static_cast<void>(m_own.check(now));
    const bool lost = !m_own.isIntact();
    const bool deadlineLost = lost && forgetClosedDeadline(); // before others can get its number
    if (lost)
        m_own.recover();
    if (m_deadline.descriptor() < 0 && m_deadline.replace() == 0)
        watchDeadline();
    if (deadlineLost)
        waitFailed(EBADF);
    if (m_notifier.socket() != m_poller.descriptor()) {
        m_notifier.setEnabled(false);
        m_notifier.setSocket(m_poller.descriptor());
        m_notifier.setEnabled(m_serving);
    }
    if (m_poller.refusal() || !m_own.isIntact() || m_deadline.descriptor() < 0)
        tryAgain();
}

/// A timer of Qt does it, because ours depends on the set that is incomplete.
void AttachedHost::tryAgain()
{
    if (!m_retryTimer.isActive())
        m_retryTimer.start(RetryMilliseconds);
}

/// Without memory there is no timer until the next attempt.
void AttachedHost::watchDeadline() noexcept
{
    try {
        static_cast<void>(m_descriptors.add(&m_deadline));
    } catch (const std::bad_alloc &) {
        m_deadline.close();
    }
}

/// True once after the program has closed the timer's descriptor.
bool AttachedHost::forgetClosedDeadline()
{
    if (m_deadline.descriptor() < 0 || m_deadline.isOpen())
        return false;
    m_descriptors.remove(&m_deadline);
    m_deadline.forget();
    return true;
}

void AttachedHost::descriptorsClosed(const std::vector<int> &numbers)
{
    m_descriptors.invalidate(numbers);
}

void AttachedHost::waitFailed(int error)
{
    qErrnoWarning(error, "QtAsyncio: the thread's event loop could not be served");
    m_readyQueues.waitFailed(error);
}

void AttachedHost::forked()
{
    m_descriptors.remove(&m_deadline);
    if (m_deadline.reopen() == 0) // else the next check tries again
        watchDeadline();
    m_readyQueues.forked();
}

} // namespace QtAsyncio
