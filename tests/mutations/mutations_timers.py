# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Errors in when, and how often, timers fire."""

from __future__ import annotations

from mutation import Mutation

TIMERS = [
    Mutation(
        name="zero-timers-count",
        promise=3,
        breaks="A timer without an interval is an event of the call.",
        file="dispatcher/timerqueue.cpp",
        old="    const bool counts = timer->interval > Duration::zero();\n",
        new="    const bool counts = true;\n",
        tests=(
            "tst_ContractTimers::zeroTimersFireOncePerCallAndDoNotCount",
            "tst_ContractTimers::aLoopOverProcessEventsEndsBesideAZeroTimer",
        ),
    ),
    Mutation(
        name="timers-without-order",
        promise=4,
        breaks="Timers fire in the order of their start, not of their deadlines.",
        file="dispatcher/timerqueue.cpp",
        old="m_heap.push(TimerRounding::firstDeadline(effective, rounded, now), timer.get());",
        new="m_heap.push(now, timer.get());",
        tests=("tst_ContractTimers::timersFireInTheOrderOfDeadlines",),
    ),
    Mutation(
        name="timers-started-meanwhile-fire",
        promise=4,
        breaks="A timer that is started in a handler fires in the same pass.",
        file="dispatcher/timerqueue.cpp",
        old=" && m_heap.top().sequence < limit) {",
        new=" && limit) {",
        tests=(
            "tst_ContractTimers::aTimerStartedInAHandlerWaitsForTheNextCall",
            "tst_ContractTimers::zeroTimersFireOncePerCallAndDoNotCount",
        ),
    ),
    Mutation(
        name="phase-is-lost",
        promise=5,
        breaks="The next tick is an interval from now, not from the last one.",
        file="dispatcher/timerrounding.cpp",
        old="    TimePoint next = after(deadline, interval);\n",
        new="    TimePoint next = after(now, interval);\n",
        tests=("tst_ContractTimers::aTimerKeepsItsPhase",),
    ),
    Mutation(
        name="missed-ticks-are-made-up",
        promise=5,
        breaks="A tick that is past already is due at once.",
        file="dispatcher/timerrounding.cpp",
        old="""\
    if (next < now)
        next = after(type == Qt::VeryCoarseTimer ? TimePoint(floor<seconds>(now)) : now, interval);
""",
        new="",
        tests=("tst_ContractDetails::aMissedTickIsNotDueAtOnce",),
    ),
    Mutation(
        name="rescheduled-after-the-event",
        promise=5,
        breaks="A timer gets its next deadline after its event was sent.",
        file="dispatcher/timerqueue.cpp",
        old="""\
        m_heap.update(timer->position,
                      TimerRounding::nextDeadline(timer->type, timer->interval,
                                                  m_heap.top().deadline, now));
        if (!timer->delivering && fire(m_timers.at(timer->id)))
            ++fired;
""",
        new="""\
        const auto kept = m_timers.at(timer->id);
        const TimePoint deadline = m_heap.top().deadline;
        if (!timer->delivering && fire(kept))
            ++fired;
        if (m_timers.count(kept->id) && m_timers.at(kept->id) == kept)
            m_heap.update(kept->position, TimerRounding::nextDeadline(kept->type, kept->interval,
                                                                      deadline, now));
""",
        tests=("tst_ContractTimerOrder::aTimerIsRescheduledBeforeItsHandlerRuns",),
    ),
    Mutation(
        name="timers-recurse",
        promise=6,
        breaks="A timer whose handler runs fires in nested loops.",
        file="dispatcher/timerqueue.cpp",
        old="        if (!timer->delivering && fire(",
        new="        if (fire(",
        tests=("tst_ContractTimers::aTimerDoesNotRecurseInNestedLoops",),
    ),
    Mutation(
        name="a-running-handler-bounds-the-wait",
        promise=6,
        breaks="A timer whose handler runs bounds the wait of nested loops, which spin.",
        file="dispatcher/timerqueue.cpp",
        old="    if (m_delivering == 0)\n",
        new="    if (m_delivering >= 0)\n",
        tests=("tst_ContractDetails::aTimerDoesNotMakeANestedLoopSpin",),
    ),
    Mutation(
        name="not-rescheduled-in-nested-loops",
        promise=6,
        breaks="A timer whose handler runs stays due in nested loops and bars the way.",
        file="dispatcher/timerqueue.cpp",
        old="        const Timer *timer = m_heap.top().value;\n",
        new="""\
        const Timer *timer = m_heap.top().value;
        if (timer->delivering)
            break;
""",
        tests=("tst_ContractTimers::aTimerDoesNotRecurseInNestedLoops",),
    ),
    Mutation(
        name="looked-up-by-id-after-the-event",
        promise=6,
        breaks="After its event a timer is looked up by its id, which may be another's by now.",
        file="dispatcher/timerqueue.cpp",
        old="        timer->delivering = false;\n    });\n",
        new="        m_timers.at(timer->id)->delivering = false;\n    });\n",
        tests=(
            "tst_ContractTimers::aTimerMayStopItself",
            "tst_ContractTimers::aTimerMayDeleteItsObject",
        ),
    ),
    Mutation(
        name="early-timers",
        promise=8,
        breaks="Deadlines are cut to whole milliseconds, so timers fire too early.",
        file="dispatcher/timerqueue.cpp",
        old="    m_heap.push(TimerRounding::firstDeadline(effective, rounded, now), ",
        new="""\
    const TimePoint deadline = TimerRounding::firstDeadline(effective, rounded, now);
    m_heap.push(std::chrono::floor<std::chrono::milliseconds>(deadline), """,
        tests=("tst_ContractDetails::aTimerIsNotEarlyByAFraction",),
    ),
    Mutation(
        name="unregister-finds-everything",
        promise=10,
        breaks="unregisterTimer() is true for an id that nobody has.",
        file="dispatcher/timerqueue.cpp",
        old="    if (found == m_timers.end())\n        return false;\n",
        new="    if (found == m_timers.end())\n        return true;\n",
        tests=("tst_ContractTimerTypes::unregisterTellsWhetherThereWasOne",),
    ),
    Mutation(
        name="unregister-all-finds-nothing",
        promise=10,
        breaks="unregisterTimers() is false although it has removed some.",
        file="dispatcher/timerqueue.cpp",
        old="        any = true;\n",
        new="",
        tests=("tst_ContractTimerTypes::unregisterTellsWhetherThereWasOne",),
    ),
    Mutation(
        name="unregister-all-leaves-some",
        promise=10,
        breaks="unregisterTimers() removes one timer of the object only.",
        file="dispatcher/timerqueue.cpp",
        old="        any = true;\n",
        new="        return true;\n",
        tests=("tst_ContractDetails::allTimersOfAnObjectAreUnregistered",),
    ),
    Mutation(
        name="timers-change-their-ids",
        promise=11,
        breaks="A timer that moves to another thread gets a new id there.",
        file="dispatcher/timerqueue.cpp",
        old="        infos.push_back({ timer->id, ",
        new="        infos.push_back({ timer->id + 1000, ",
        tests=("tst_ContractThreads::timersMoveWithTheirObject",),
    ),
    Mutation(
        name="timers-change-their-types",
        promise=11,
        breaks="A timer that moves to another thread becomes a coarse one.",
        file="dispatcher/timerqueue.cpp",
        old="timer->interval, timer->type });\n",
        new="timer->interval, Qt::CoarseTimer });\n",
        tests=("tst_ContractThreads::timersMoveWithTheirObject",),
    ),
    Mutation(
        name="excluded-timers-fire",
        promise=16,
        breaks="Timers fire in spite of X11ExcludeTimers.",
        file="dispatcher/loopcore.cpp",
        old="    if (!flags.testFlag(QEventLoop::X11ExcludeTimers))\n        handled",
        new="    handled",
        tests=("tst_ContractTimers::excludedTimersNeitherFireNorBoundTheWait",),
    ),
    Mutation(
        name="excluded-timers-bound-the-wait",
        promise=16,
        breaks="Excluded timers that are due make a waiting call spin.",
        file="dispatcher/loopcore.cpp",
        old="    return timers ? std::min(next, m_timers.timeToNext(now)) : next;\n",
        new="    return std::min(next, m_timers.timeToNext(now));\n",
        tests=("tst_ContractTimers::excludedTimersNeitherFireNorBoundTheWait",),
    ),
    Mutation(
        name="timers-do-not-count",
        promise=3,
        breaks="A timer with an interval is no event of the call.",
        file="dispatcher/timerqueue.cpp",
        old="    const bool counts = timer->interval > Duration::zero();\n",
        new="    const bool counts = false;\n",
        tests=("tst_ContractDetails::aTimerWithAnIntervalCounts",),
    ),
    Mutation(
        name="equal-deadlines-in-reverse",
        promise=4,
        breaks="Timers of equal deadlines fire in the reverse order of their start.",
        file="dispatcher/deadlineheap.h",
        old="                                              : sequence < other.sequence;\n",
        new="                                              : sequence > other.sequence;\n",
        tests=(
            "tst_ContractTimerOrder::zeroTimersTakeTurns",
            "tst_ContractTimerOrder::equalDeadlinesFireInTheOrderOfTheirStart",
        ),
    ),
    Mutation(
        name="a-clock-that-runs-during-the-pass",
        promise=4,
        breaks="The clock is read anew for each timer, and a short one fires again and again.",
        file="dispatcher/timerqueue.cpp",
        old="m_heap.top().deadline <= now && m_heap.top().sequence < limit) {",
        new="m_heap.top().deadline <= Clock::now() && limit) {",
        tests=("tst_ContractDetails::aTimerThatBecomesDueDuringThePassWaits",),
    ),
    Mutation(
        name="waits-round-down",
        promise=8,
        breaks="The wait is cut to whole milliseconds: the last one before a timer is spun away.",
        file="dispatcher/epoll.cpp",
        old="    if (timeout == Duration::zero() || timeout == Forever)\n",
        new="""\
    if (timeout != Forever)
        timeout = floor<milliseconds>(timeout);
    if (timeout == Duration::zero() || timeout == Forever)
""",
        tests=("tst_ContractIntervals::aWaitIsNeverTooShort",),
    ),
]
