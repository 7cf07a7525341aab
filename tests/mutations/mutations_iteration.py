# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Errors in the order of an iteration, in what it waits for, and in its place in the program."""

from __future__ import annotations

from mutation import Mutation

ITERATION = [
    Mutation(
        name="timers-before-notifiers",
        promise=1,
        breaks="Timers fire before the notifiers have been told.",
        file="dispatcher/loopcore.cpp",
        old="""\
    if (!flags.testFlag(QEventLoop::ExcludeSocketNotifiers))
        handled += m_descriptors.activatePending();
    const TimePoint now = Clock::now();
    if (!flags.testFlag(QEventLoop::X11ExcludeTimers))
        handled += m_timers.activate(now); // zero timers do not count
""",
        new="""\
    const TimePoint now = Clock::now();
    if (!flags.testFlag(QEventLoop::X11ExcludeTimers))
        handled += m_timers.activate(now);
    if (!flags.testFlag(QEventLoop::ExcludeSocketNotifiers))
        handled += m_descriptors.activatePending();
""",
        tests=("tst_ContractEvents::postedEventsComeBeforeNotifiersBeforeTimers",),
    ),
    Mutation(
        name="no-awake",
        promise=1,
        breaks="awake() is not emitted.",
        file="dispatcher/dispatchercore.cpp",
        old="    Q_EMIT m_dispatcher.awake();\n",
        new="",
        tests=("tst_ContractWakeUps::awakeIsEmittedInEveryCall",),
    ),
    Mutation(
        name="about-to-block-always",
        promise=1,
        breaks="aboutToBlock() is emitted before a poll that will not wait.",
        file="dispatcher/loopcore.cpp",
        old="    if (mayBlock(flags)) {\n",
        new="    if (!mayBlock(flags)) {\n        m_observer.coreAboutToBlock();\n    } else {\n",
        tests=("tst_ContractWakeUps::aboutToBlockIsEmittedOnlyBeforeAWait",),
    ),
    Mutation(
        name="wake-up-lost-at-entry",
        promise=2,
        breaks="The wake-up is read at the entry of the call, which then waits in spite of it.",
        file="dispatcher/loopcore.cpp",
        old="waitForWork(announced ? flags & ~WaitForMoreEvents : flags);",
        new="waitForWork(flags);",
        tests=("tst_ContractEvents::aCallThatDeliversDoesNotWait",),
    ),
    Mutation(
        name="posted-events-twice",
        promise=2,
        breaks="Posted events are delivered twice in a call.",
        file="dispatcher/loopcore.cpp",
        old="    QCoreApplication::sendPostedEvents();\n",
        new="""\
    QCoreApplication::sendPostedEvents();
    QCoreApplication::sendPostedEvents();
""",
        tests=("tst_ContractEvents::whatIsPostedDuringDeliveryComesWithTheNextCall",),
    ),
    Mutation(
        name="posts-of-receivers-wait",
        promise=2,
        breaks="The wake-up by an event's receiver is taken together with that of the event.",
        file="dispatcher/loopcore.cpp",
        old="""\
    const bool announced = m_waker.take();
    int handled = deliverPostedEvents(flags);
""",
        new="""\
    int handled = deliverPostedEvents(flags);
    const bool announced = m_waker.take();
""",
        tests=("tst_ContractEvents::aCallThatDeliversWhatAHandlerPostedDoesNotWait",),
    ),
    Mutation(
        name="posts-only-with-a-wake-up",
        promise=2,
        breaks="Posted events are delivered only if a wake-up has announced them.",
        file="dispatcher/loopcore.cpp",
        old="    int handled = deliverPostedEvents(flags);\n",
        new="    int handled = announced ? deliverPostedEvents(flags) : 0;\n",
        tests=("tst_ContractThreads::timersMoveWithTheirObject",),
    ),
    Mutation(
        name="posts-from-about-to-block-wait",
        promise=2,
        breaks="A wake-up by a receiver of aboutToBlock() is swallowed.",
        file="dispatcher/loopcore.cpp",
        old="        m_observer.coreAboutToBlock();",
        new="        m_observer.coreAboutToBlock(), m_waker.take();",
        tests=(
            "tst_ContractWakeUps::postsFromAboutToBlockEndTheWait",
            "tst_ContractWakeUps::aWakeUpFromAboutToBlockEndsTheWait",
        ),
    ),
    Mutation(
        name="time-to-wait-before-about-to-block",
        promise=2,
        breaks="The time to wait is not computed again after aboutToBlock().",
        file="dispatcher/loopcore.cpp",
        old="""\
        if (!hasReadyHandles(flags, now))
            m_observer.coreAboutToBlock(); // its receivers may post, start and schedule
        timeout = timeToWait(flags, now);
        if (timeout > Duration::zero())
            timeout = timeToWait(flags, Clock::now()); // they may have taken their time
""",
        new="""\
        timeout = timeToWait(flags, now);
        if (!hasReadyHandles(flags, now))
            m_observer.coreAboutToBlock();
""",
        tests=("tst_ContractTimers::aTimerStartedBeforeTheWaitBoundsIt",),
    ),
    Mutation(
        name="wake-ups-do-not-count",
        promise=3,
        breaks="A wake-up is not an event of the call.",
        file="dispatcher/loopcore.cpp",
        old="    handled += announced || wakened.woken || m_waker.isPending();",
        new="    //",
        tests=(
            "tst_ContractWakeUps::aPendingWakeUpEndsTheNextWaitAndCountsOnce",
            "tst_ContractEvents::aCallCountsThePostedEvents",
        ),
    ),
    Mutation(
        name="window-events-do-not-count",
        promise=3,
        breaks="Window-system events are not events of the call.",
        file="dispatcher/loopcore.cpp",
        old="    handled += sendWindowSystemEvents(flags, wakened.woken);\n",
        new="    sendWindowSystemEvents(flags, wakened.woken);\n",
        tests=("tst_ContractDetails::aWindowEventThatWasExcludedCounts",),
        application="gui",
    ),
    Mutation(
        name="no-window-events",
        promise=1,
        breaks="Window-system events are not delivered.",
        file="dispatcher/loopcore.cpp",
        old="    return m_platform->sendWindowSystemEvents(flags);\n",
        new="    return false;\n",
        tests=("tst_ContractWindows::clicksArriveAndCount",),
        application="gui",
    ),
    Mutation(
        name="excluded-input-arrives",
        promise=17,
        breaks="The window system is not told which events are excluded.",
        file="plugin/qpaevents.cpp",
        old="    return m_send && m_send(flags);\n",
        new="    return m_send && m_send(Flags());\n",
        tests=("tst_ContractWindows::excludedInputStaysQueuedAndComesLater",),
        application="gui",
    ),
    Mutation(
        name="excluded-input-makes-a-wait-spin",
        promise=17,
        breaks="A call does not wait while input is excluded.",
        file="dispatcher/loopcore.cpp",
        old="    if (!mayBlock(flags))\n",
        new="    if (!mayBlock(flags) || flags.testFlag(QEventLoop::ExcludeUserInputEvents))\n",
        tests=("tst_ContractWindows::excludedInputDoesNotMakeAWaitSpin",),
        application="gui",
    ),
    Mutation(
        name="no-nested-iterations",
        promise=21,
        breaks="A call within a call does nothing.",
        file="dispatcher/loopcore.cpp",
        old="    m_own.separateFromParent();\n    const ReadyQueues",
        new="""\
    static thread_local int depth = 0;
    struct Level { Level() { ++depth; } ~Level() { --depth; } } level;
    if (depth > 1)
        return false;
    m_own.separateFromParent();
    const ReadyQueues""",
        tests=("tst_ContractLoops::loopsNestDeeply",),
    ),
    Mutation(
        name="nested-iterations-without-posted-events",
        promise=21,
        breaks="Posted events do not arrive in nested calls.",
        file="dispatcher/loopcore.cpp",
        old="    QCoreApplication::sendPostedEvents();\n",
        new="""\
    static thread_local int depth = 0;
    if (++depth == 1)
        QCoreApplication::sendPostedEvents();
    --depth;
""",
        tests=("tst_ContractLoops::nestedLoopsServeEverything",),
    ),
    Mutation(
        name="not-started-up",
        promise=22,
        breaks="The window system's part is never told that the application is there.",
        file="dispatcher/dispatchercore.cpp",
        old="m_loop.platformEvents()->startingUp(host); });\n",
        new="});\n",
        tests=("tst_ContractWindows::clicksArriveAndCount",),
        application="gui",
    ),
    Mutation(
        name="threads-serve-the-window-system",
        promise=22,
        breaks="A thread's dispatcher delivers the window system's events.",
        file="dispatcher/dispatchercore.cpp",
        old="    if (!m_startedUp)\n        m_loop.setPlatformEvents(nullptr);\n    else if (",
        new="    if (",
        tests=("tst_ContractDetails::aThreadDoesNotServeTheWindowSystem",),
        application="gui",
    ),
    Mutation(
        name="no-successor",
        promise=22,
        breaks="A second application has no dispatcher of ours.",
        file="plugin/applicationdispatcher.cpp",
        old="        QObject::connect(dispatcher, &QObject::destroyed, [=] { leaveSuccessor("
        "activation); });\n",
        new="        ;\n",
        tests=("tst_Factory::anApplicationAfterAnInstalledOneHasOursAgain",),
    ),
    Mutation(
        name="a-wait-outlives-its-thread",
        promise=24,
        breaks="A thread that waits for a timer cannot be terminated.",
        file="dispatcher/epoll.cpp",
        old="    ::pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &former);\n",
        new="",
        tests=("tst_ContractLifetimes::aThreadMayBeTerminated",),
    ),
]
