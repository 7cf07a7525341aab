# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""The promises of a dispatcher, and all mutations that break them.

docs/contract.md tells where in Qt they come from, and which tests hold dispatchers to them.
"""

from __future__ import annotations

from mutations_descriptors import DESCRIPTORS
from mutations_iteration import ITERATION
from mutations_timers import TIMERS
from mutations_timertypes import TIMER_TYPES
from mutations_wakeups import WAKE_UPS

MUTATIONS = [*ITERATION, *TIMERS, *TIMER_TYPES, *DESCRIPTORS, *WAKE_UPS]

PROMISES = {
    1: "Each call goes through its phases once, and in Qt's order.",
    2: "Posted events are delivered once per call, and a call that has any to deliver never waits.",
    3: "The result counts wake-ups, notifiers, timers with an interval and window-system events.",
    4: "In a pass a timer fires once, in the order of deadlines, and only if it was due before.",
    5: "A timer is rescheduled before its event is sent, in phase; missed ticks are not made up.",
    6: "A timer whose handler runs rests in nested loops; afterwards its id may be another's.",
    7: "Types convert, and coarse timers are rounded to boundaries that all programs share.",
    8: "No timer is early and no wait too short.",
    9: "remainingTime() rounds up, is 0 when overdue and -1 for nobody.",
    10: "Unregistering removes what it should, and tells whether it did.",
    11: "A timer that moves to another thread keeps its id, interval and type.",
    12: "Notifiers are level triggered, hear of errors, and are told to read before to write.",
    13: "What is pending belongs to the dispatcher, and nobody is told who has left.",
    14: "Closed descriptors are warned of, reused ones are new ones, files are always ready.",
    15: "Excluded notifiers are not even polled, and come later.",
    16: "Excluded timers neither fire nor bound the wait.",
    17: "Excluded input stays queued and does not make a loop spin.",
    18: "A wake-up ends this wait or the next one, counts once and is never lost.",
    19: "interrupt() ends the current call, from any thread, and is forgotten with the next one.",
    20: "A signal neither ends a wait nor prolongs it.",
    21: "Loops nest to any depth, and all kinds of events arrive in them.",
    22: "Applications may follow one another; window-system events are the main thread's alone.",
    23: "The second version of Qt's interface takes intervals in nanoseconds.",
    24: "A thread that is terminated ends, whatever it waits for.",
}

# Promises that no mutation breaks, and why.
UNBROKEN = {
    23: "that version is not there in the Qt whose headers the tests are built with",
}
