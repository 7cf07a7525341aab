// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "timerqueue.h"
#include "timerrounding.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qcoreevent.h>
#include <QtCore/qscopeguard.h>

#include <algorithm>
#include <new>

namespace QtAsyncio {

namespace {

/// Thousands of timers would wake the thread thousands of times a second otherwise. It is the
/// unit of QTimer's promises.
constexpr Duration SharedInterval = std::chrono::milliseconds(1);

} // namespace

struct TimerQueue::Timer
{
    int id;
    Qt::TimerType type;
    Duration interval;
    QObject *object;
    std::size_t position = 0;
    bool delivering = false;
};

void TimerQueue::TimerPosition::moved(Timer *timer, std::size_t index) noexcept
{
    timer->position = index;
}

TimerQueue::TimerQueue() = default;
TimerQueue::~TimerQueue() = default;

void TimerQueue::registerTimer(int id, Duration interval, Qt::TimerType type, QObject *object,
                               TimePoint now)
{
    const Qt::TimerType effective = TimerRounding::effectiveType(type, interval);
    const Duration rounded = TimerRounding::effectiveInterval(effective, interval);
    unregisterTimer(id);
    auto timer = std::make_shared<Timer>(
            Timer{ .id = id, .type = effective, .interval = rounded, .object = object });
    // If memory runs out, nothing of the timer remains.
    m_heap.makeRoom();
    const auto byObject = m_byObject.emplace(object, timer.get());
    try {
        m_timers.emplace(id, timer);
    } catch (const std::bad_alloc &) {
        m_byObject.erase(byObject);
        throw;
    }
    m_heap.push(TimerRounding::firstDeadline(effective, rounded, now), timer.get());
    m_exact += TimerRounding::isExact(rounded);
}

void TimerQueue::remove(Timer *timer)
{
    m_exact -= TimerRounding::isExact(timer->interval);
    m_heap.remove(timer->position);
    const auto [begin, end] = m_byObject.equal_range(timer->object);
    m_byObject.erase(std::find_if(begin, end, [=](const auto &e) { return e.second == timer; }));
    m_timers.erase(timer->id);
}

bool TimerQueue::unregisterTimer(int id)
{
    const auto found = m_timers.find(id);
    if (found == m_timers.end())
        return false;
    remove(found->second.get());
    return true;
}

bool TimerQueue::unregisterTimers(QObject *object)
{
    bool any = false;
    for (auto found = m_byObject.find(object); found != m_byObject.end();
         found = m_byObject.find(object)) {
        remove(found->second);
        any = true;
    }
    return any;
}

std::vector<TimerQueue::TimerInfo> TimerQueue::registeredTimers(QObject *object) const
{
    std::vector<const Timer *> timers;
    const auto [begin, end] = m_byObject.equal_range(object);
    for (auto it = begin; it != end; ++it)
        timers.push_back(it->second);
    // In the order in which they will fire, which is what Qt's own list gives.
    std::sort(timers.begin(), timers.end(), [this](const Timer *a, const Timer *b) {
        return m_heap.at(a->position).before(m_heap.at(b->position));
    });
    std::vector<TimerInfo> infos;
    infos.reserve(timers.size());
    for (const Timer *timer : timers)
        infos.push_back({ timer->id, timer->interval, timer->type });
    return infos;
}

std::optional<Duration> TimerQueue::remainingTime(int id, TimePoint now) const
{
    const auto found = m_timers.find(id);
    if (found == m_timers.end())
        return std::nullopt;
    return timeUntil(m_heap.at(found->second->position).deadline, now);
}

TimePoint TimerQueue::nextDeadline() const
{
    if (m_heap.isEmpty())
        return Never;
    if (m_delivering == 0)
        return m_heap.top().deadline;
    return m_heap.earliest([](const Timer *timer) { return !timer->delivering; });
}

Duration TimerQueue::timeToNext(TimePoint now) const
{
    const TimePoint next = nextDeadline();
    return timeUntil(m_exact == 0 ? std::max(next, m_nextShared) : next, now);
}

int TimerQueue::activate(TimePoint now)
{
    if (m_heap.isEmpty() || m_heap.top().deadline > now)
        return 0;
    // Counted from what was planned, not from now: a lone timer of a millisecond keeps its rate.
    if (m_nextShared <= now)
        m_nextShared = std::max(m_heap.top().deadline, m_nextShared) + SharedInterval;
    // A timer that is started or has fired in this pass has a later sequence number, and a
    // deadline that is not before now: once such a one is on top, nothing older is left.
    const std::uint64_t limit = m_heap.nextSequence();
    int fired = 0;
    while (!m_heap.isEmpty() && m_heap.top().deadline <= now && m_heap.top().sequence < limit) {
        const Timer *timer = m_heap.top().value;
        m_heap.update(timer->position,
                      TimerRounding::nextDeadline(timer->type, timer->interval,
                                                  m_heap.top().deadline, now));
        if (!timer->delivering && fire(m_timers.at(timer->id)))
            ++fired;
    }
    return fired;
}

/// True if the timer counts as an event. Its handler may remove it, and use its id again.
bool TimerQueue::fire(const std::shared_ptr<Timer> &registered)
{
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): it keeps the timer alive.
    const std::shared_ptr<Timer> timer = registered;
    const bool counts = timer->interval > Duration::zero();
    timer->delivering = true;
    ++m_delivering;
    const auto end = qScopeGuard([&] { // also if the handler throws an exception
        --m_delivering;
        timer->delivering = false;
    });
    QTimerEvent event(timer->id);
    QCoreApplication::sendEvent(timer->object, &event);
    return counts;
}

} // namespace QtAsyncio
