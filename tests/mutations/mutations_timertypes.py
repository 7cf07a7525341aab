# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Errors in the types of timers, their rounding, and what is told of them."""

from __future__ import annotations

from mutation import Mutation

TIMER_TYPES = [
    Mutation(
        name="type-is-not-converted",
        promise=7,
        breaks="A coarse timer stays one, however short or long its interval is.",
        file="dispatcher/timerqueue.cpp",
        old="TimerRounding::effectiveType(type, interval);",
        new="type;",
        tests=("tst_ContractTimerTypes::registeredTimersTellTheEffectiveType",),
    ),
    Mutation(
        name="interval-is-not-converted",
        promise=7,
        breaks="A very coarse timer's interval is not rounded to whole seconds.",
        file="dispatcher/timerqueue.cpp",
        old="TimerRounding::effectiveInterval(effective, interval);",
        new="interval;",
        tests=("tst_ContractTimerTypes::registeredTimersTellTheEffectiveType",),
    ),
    Mutation(
        name="very-coarse-timers-between-seconds",
        promise=7,
        breaks="Very coarse timers are due an interval from now, not on a full second.",
        file="dispatcher/timerrounding.cpp",
        old="    if (type != Qt::VeryCoarseTimer)\n",
        new="    if (type != Qt::TimerType(-1))\n",
        tests=("tst_ContractTimerTypes::veryCoarseTimersAreDueOnASecond",),
    ),
    Mutation(
        name="tolerance-of-a-fifth",
        promise=7,
        breaks="Coarse timers are off by 20 % instead of 5 %.",
        file="dispatcher/timerrounding.cpp",
        old="    const milliseconds tolerance = interval / 20;\n",
        new="    const milliseconds tolerance = interval / 5;\n",
        tests=("tst_ContractTimerTypes::coarseTimersStayWithinFivePercent",),
    ),
    Mutation(
        name="remaining-time-of-nobody",
        promise=9,
        breaks="remainingTime() is zero for a timer that is not there.",
        file="dispatcher/eventdispatcher.cpp",
        old="    if (!remaining)\n        return -1;\n",
        new="    if (!remaining)\n        return 0;\n",
        tests=("tst_ContractTimerTypes::remainingTimeIsMinusOneForUnknownTimers",),
    ),
    Mutation(
        name="remaining-time-of-overdue-timers",
        promise=9,
        breaks="remainingTime() is less than zero for a timer that is overdue.",
        file="dispatcher/timerqueue.cpp",
        old="    return timeUntil(m_heap.at(found->second->position).deadline, now);\n",
        new="    return m_heap.at(found->second->position).deadline - now - Milliseconds(1);\n",
        tests=("tst_ContractTimerTypes::remainingTimeIsZeroWhenOverdue",),
    ),
]
