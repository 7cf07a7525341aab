# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Errors in how a wait ends: by wake-ups, interrupts and signals."""

from __future__ import annotations

from mutation import Mutation

WAKE_UPS = [
    Mutation(
        name="wake-up-flag-lowered-too-late",
        promise=18,
        breaks="The flag of the wake-up is lowered after the look at the queues.",
        file="dispatcher/loopcore.cpp",
        old="""\
    const bool announced = m_waker.take();
    int handled = deliverPostedEvents(flags);
""",
        new="""\
    const bool announced = m_waker.isPending();
    int handled = deliverPostedEvents(flags);
    const TimePoint then = Clock::now() + std::chrono::milliseconds(4);
    while (Clock::now() < then) { }
    m_waker.take();
""",
        tests=("tst_ContractWakeUps::noWakeUpIsLost",),
    ),
    Mutation(
        name="wake-up-flag-stays-up",
        promise=18,
        breaks="The flag is not lowered when the wake-up is taken.",
        file="dispatcher/waker.cpp",
        old="            && m_pending.exchange(false, std::memory_order_acq_rel);\n",
        new="            ;\n",
        tests=(
            "tst_ContractWakeUps::manyWakeUpsAreOne",
            "tst_ContractWakeUps::aPendingWakeUpEndsTheNextWaitAndCountsOnce",
        ),
    ),
    Mutation(
        name="wake-up-does-not-end-the-wait",
        promise=18,
        breaks="A wake-up from another thread raises the flag and does not end the wait.",
        file="dispatcher/waker.cpp",
        old="    eventfd_write(descriptor(), 1);\n",
        new="",
        tests=("tst_ContractWakeUps::aWakeUpFromAnotherThreadEndsTheWait",),
    ),
    Mutation(
        name="wake-up-before-the-wait-is-overlooked",
        promise=18,
        breaks="The loop says that it sleeps and does not look at the flag any more.",
        file="dispatcher/waker.cpp",
        old="""\
    m_sleeping.store(true, std::memory_order_seq_cst);
    if (!m_pending.load(std::memory_order_seq_cst))
        return true;
""",
        new="""\
    ::poll(nullptr, 0, 1);
    m_sleeping.store(true, std::memory_order_seq_cst);
    return true;
""",
        tests=("tst_ContractWakeUps::noWakeUpIsLost",),
    ),
    Mutation(
        name="interrupt-is-not-forgotten",
        promise=19,
        breaks="A call does not forget the interrupt() of the one before.",
        file="dispatcher/loopcore.cpp",
        old="    m_interrupted.store(false);\n",
        new="",
        tests=("tst_ContractWakeUps::anInterruptIsForgottenWithTheNextCall",),
    ),
    Mutation(
        name="interrupt-wakes-nobody",
        promise=19,
        breaks="interrupt() sets its flag and does not end the wait.",
        file="dispatcher/loopcore.cpp",
        old="    m_interrupted.store(true);\n    m_waker.wakeUp();\n",
        new="    m_interrupted.store(true);\n",
        tests=("tst_ContractWakeUps::anInterruptFromAnotherThreadEndsTheWait",),
    ),
    Mutation(
        name="interrupted-call-goes-on",
        promise=19,
        breaks="A call that was interrupted delivers notifiers and timers all the same.",
        file="dispatcher/loopcore.cpp",
        old="    if (wakened.interrupted)\n        return handled > 0;\n",
        new="",
        tests=("tst_ContractInterrupts::anInterruptEndsTheCallBeforeNotifiersAndTimers",),
    ),
    Mutation(
        name="signal-ends-the-wait",
        promise=20,
        breaks="A wait does not go on after a signal has interrupted it.",
        file="dispatcher/poller.cpp",
        old="        if (errno != EINTR) {\n",
        new="        if (errno == EINTR)\n            return 0;\n        if (errno != EINTR) {\n",
        tests=("tst_ContractDetails::aStormOfSignalsNeitherEndsNorProlongsAWait",),
    ),
    Mutation(
        name="signal-starts-the-wait-again",
        promise=20,
        breaks="After a signal the wait begins anew, not with the time that is left.",
        file="dispatcher/poller.cpp",
        old="        if (bounded)\n            timeout = timeUntil(deadline, Clock::now());\n",
        new="",
        tests=("tst_ContractDetails::aStormOfSignalsNeitherEndsNorProlongsAWait",),
    ),
]
