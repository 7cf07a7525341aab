// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "deadlinetimer.h"
#include "descriptortable.h"
#include "export.h"
#include "foreignwait.h"
#include "loophostinterface.h"
#include "owndescriptors.h"
#include "poller.h"
#include "readyqueues.h"
#include "waker.h"

#include <QtCore/qsocketnotifier.h>
#include <QtCore/qtimer.h>

QT_BEGIN_NAMESPACE
class QAbstractEventDispatcher;
QT_END_NAMESPACE

namespace QtAsyncio {

/// Serves ready queues in a thread whose dispatcher is another's: the attached mode.
///
/// All that the queues wait for is in one epoll set, deadlines and wake-ups too, and the set is
/// watched by a QSocketNotifier: whatever event loop runs in the thread serves it, nested ones
/// included. What is scheduled by Qt's callbacks is noticed when the dispatcher begins an iteration
/// or is about to block. Without queues there is nothing to serve, and no cost.
///
/// A child of the dispatcher, which it goes with. wakeUp() may be called from any thread, all else
/// from the one that is served.
class QTASYNCIO_EXPORT AttachedHost final : public QObject,
                                            public LoopHost,
                                            private ForeignWait,
                                            private OwnDescriptors::Observer
{
    Q_OBJECT
    Q_INTERFACES(QtAsyncio::LoopHost)

public:
    /// Throws std::system_error if the process has no descriptor left.
    explicit AttachedHost(QAbstractEventDispatcher *dispatcher);
    ~AttachedHost() override;

    void attach(ReadyQueue *queue) override;
    void detach(ReadyQueue *queue) noexcept override;
    void wakeUp() override { m_waker.wakeUp(); }
    ForeignWait &foreignWait() noexcept override { return *this; }

private:
    void setServing(bool serving);
    void iterate();
    void look();
    void prepareToCall();
    void prepareToWait();
    void prepare(Duration pause);
    Duration idlePause() noexcept;
    void checkDescriptors(TimePoint now);
    void tryAgain();
    bool forgetClosedDeadline();
    void watchDeadline() noexcept;

    void forked() override;
    void descriptorsClosed(const std::vector<int> &numbers) override;
    void waitFailed(int error) override;

    int pollDescriptor() const noexcept override { return m_poller.descriptor(); }
    Duration beginForeignWait() override;
    bool endForeignWait() noexcept override { return false; }

    QAbstractEventDispatcher *const m_dispatcher;
    const bool m_hasIdleTimers; // they run if there is nothing else
    Poller m_poller;
    Waker m_waker;
    OwnDescriptors m_own; // what m_poller and m_waker are made of
    DescriptorTable m_descriptors;
    DeadlineTimer m_deadline;
    ReadyQueues m_readyQueues;
    QSocketNotifier m_notifier;
    bool m_serving = false;
    QTimer m_retryTimer;
    TimePoint m_pauseEnd; // of handles that are always ready
    TimePoint m_nextPause;
    int m_calls = 0; // in a row that did not wait
};

} // namespace QtAsyncio
