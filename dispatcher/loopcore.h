// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "descriptortable.h"
#include "export.h"
#include "foreignwait.h"
#include "owndescriptors.h"
#include "platformevents.h"
#include "poller.h"
#include "readyqueues.h"
#include "timerqueue.h"
#include "waker.h"

#include <atomic>
#include <memory>

namespace QtAsyncio {

/// The order of one iteration over everything that is served in a thread.
///
/// Knows the collaborators and Qt's flags, but none of the virtual functions of Qt's
/// dispatcher interfaces: their adapters own one of these. Used by the thread that iterates,
/// except wakeUp() and interrupt().
class QTASYNCIO_EXPORT LoopCore final : public ForeignWait, private OwnDescriptors::Observer
{
public:
    using Flags = QEventLoop::ProcessEventsFlags;

    /// Hears what Qt's dispatchers emit as signals.
    class Observer
    {
    public:
        virtual void coreAwake() = 0;
        virtual void coreAboutToBlock() = 0;

    protected:
        ~Observer() = default;
    };

    explicit LoopCore(Observer &observer);
    ~LoopCore();
    Q_DISABLE_COPY_MOVE(LoopCore)

    /// One iteration; true if it handled an event.
    bool processEvents(Flags flags);

    void wakeUp() noexcept { m_waker.wakeUp(); } // any thread, and from a signal handler
    void interrupt() noexcept; // any thread

    int pollDescriptor() const noexcept override { return m_poller.descriptor(); }
    Duration beginForeignWait() override;
    bool endForeignWait() noexcept override;

    TimerQueue &timers() noexcept { return m_timers; }
    const TimerQueue &timers() const noexcept { return m_timers; }
    DescriptorTable &descriptors() noexcept { return m_descriptors; }
    ReadyQueues &readyQueues() noexcept { return m_readyQueues; }

    /// Takes over the window system's part; none in threads and programs without one.
    void setPlatformEvents(std::unique_ptr<PlatformEvents> platform);
    PlatformEvents *platformEvents() const noexcept { return m_platform.get(); }

private:
    struct Wakened; // what ended a wait
    struct Report; // what was ready after it

    int deliverPostedEvents(Flags flags);
    Duration timeToWait(Flags flags, TimePoint now) const;
    bool mayBlock(Flags flags) const;
    bool hasReadyHandles(Flags flags, TimePoint now) const;
    Wakened waitForWork(Flags flags);
    Wakened poll(Flags flags, Duration timeout);
    Report glance(bool excluded);
    Report wait(bool excluded, Duration timeout);
    Report share(bool excluded, Duration timeout);
    Report sleep(bool excluded, Duration timeout);
    Report look(bool excluded, Duration timeout);
    bool waitForWaker(Duration timeout);
    bool sendWindowSystemEvents(Flags flags, bool woken);
    void runReadyQueues(Flags flags, TimePoint now);

    void forked() noexcept override { m_readyQueues.forked(); }
    void descriptorsClosed(const std::vector<int> &numbers) override;
    void waitFailed(int error) override;

    Observer &m_observer;
    std::unique_ptr<PlatformEvents> m_platform;
    Poller m_poller;
    Waker m_waker;
    DescriptorTable m_descriptors;
    TimerQueue m_timers;
    ReadyQueues m_readyQueues;
    OwnDescriptors m_own; // what m_poller and m_waker are made of
    std::atomic<bool> m_interrupted = false;
};

} // namespace QtAsyncio
