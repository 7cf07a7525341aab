// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "deadlineheap.h"
#include "export.h"

#include <QtCore/qglobal.h>
#include <QtCore/qnamespace.h>

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

QT_BEGIN_NAMESPACE
class QObject;
QT_END_NAMESPACE

namespace QtAsyncio {

/// The Qt timers of one thread, by deadline.
///
/// Starting, stopping and firing cost O(log n). Used by the thread whose timers these are;
/// moveToThread() takes them from one queue and gives them, ids kept, to another.
class QTASYNCIO_EXPORT TimerQueue final
{
public:
    /// A timer as it really is, which may differ from what was asked for.
    struct TimerInfo
    {
        int id;
        Duration interval;
        Qt::TimerType type;
    };

    TimerQueue();
    ~TimerQueue();
    Q_DISABLE_COPY_MOVE(TimerQueue)

    void registerTimer(int id, Duration interval, Qt::TimerType type, QObject *object,
                       TimePoint now);
    bool unregisterTimer(int id);
    bool unregisterTimers(QObject *object);

    std::vector<TimerInfo> registeredTimers(QObject *object) const;
    /// Zero if overdue, nothing if there is no such timer.
    std::optional<Duration> remainingTime(int id, TimePoint now) const;
    /// Zero if one is due, or a little more where many are soon: those with intervals of whole
    /// milliseconds share a wake-up if they are less than a millisecond apart. A timer whose
    /// handler runs does not count: it cannot fire.
    Duration timeToNext(TimePoint now) const;

    /// Fires what is due at \a now, each timer once and none that is started meanwhile.
    ///
    /// Returns how many fired, leaving out those with an interval of zero: a caller that loops
    /// while something happens would never come to an end beside one.
    int activate(TimePoint now);

private:
    struct Timer;
    struct TimerPosition
    {
        static void moved(Timer *timer, std::size_t index) noexcept;
    };

    TimePoint nextDeadline() const;
    void remove(Timer *timer);
    bool fire(const std::shared_ptr<Timer> &timer);

    DeadlineHeap<Timer *, TimerPosition> m_heap;
    std::unordered_map<int, std::shared_ptr<Timer>> m_timers; // by id
    std::unordered_multimap<QObject *, Timer *> m_byObject;
    int m_delivering = 0; // timers whose handlers run now, in nested loops
    std::size_t m_exact = 0; // timers that share no wake-up
    TimePoint m_nextShared; // those that share one wait until then
};

} // namespace QtAsyncio
