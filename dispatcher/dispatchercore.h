// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "export.h"
#include "loopcore.h"

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

QT_BEGIN_NAMESPACE
class QAbstractEventDispatcher;
class QLoggingCategory;
class QSocketNotifier;
QT_END_NAMESPACE

namespace QtAsyncio {

class LoopHost;
class NotifierWatcher;

/// What Qt's two dispatcher interfaces have in common, for a class that adapts one of them.
///
/// Checks arguments and threads with the warnings of QEventDispatcherUNIX, knows the socket
/// notifiers, gives the window system to the main thread only, and leaves the rest to LoopCore.
/// Only wakeUp() and interrupt() may be called from other threads.
class QTASYNCIO_EXPORT DispatcherCore final : private LoopCore::Observer
{
public:
    /// \a dispatcher is the one that Qt knows; it emits the signals.
    explicit DispatcherCore(QAbstractEventDispatcher &dispatcher);
    ~DispatcherCore();
    Q_DISABLE_COPY_MOVE(DispatcherCore)

    bool processEvents(LoopCore::Flags flags);
    void wakeUp() noexcept;
    void interrupt() noexcept;

    void registerSocketNotifier(QSocketNotifier *notifier);
    void unregisterSocketNotifier(QSocketNotifier *notifier);

    void registerTimer(int id, Duration interval, Qt::TimerType type, QObject *object);
    bool unregisterTimer(int id);
    bool unregisterTimers(QObject *object);
    std::vector<TimerQueue::TimerInfo> registeredTimers(QObject *object) const;
    /// Zero if overdue, nothing if there is no such timer.
    std::optional<Duration> remainingTime(int id) const;

    void setPlatformEvents(std::unique_ptr<PlatformEvents> platform);
    void startingUp(LoopHost &host);
    void closingDown();

    ReadyQueues &readyQueues() noexcept { return m_loop.readyQueues(); }
    ForeignWait &foreignWait() noexcept { return m_loop; }

private:
    void coreAwake() override;
    void coreAboutToBlock() override;
    void serve(QSocketNotifier *notifier);
    bool isThisThread(const QObject *object) const;

    QAbstractEventDispatcher &m_dispatcher;
    // Before the loop: its table refers to them until it is gone.
    std::unordered_map<const QSocketNotifier *, std::unique_ptr<NotifierWatcher>> m_notifiers;
    LoopCore m_loop;
    bool m_startedUp = false;
    const QLoggingCategory *m_log = nullptr; // from startingUp() on: too late in an exit handler
    unsigned long long m_iterations = 0;
};

} // namespace QtAsyncio
