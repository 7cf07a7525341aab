// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <timerqueuetest.h>

#include <QtTest/qtest.h>

#include <limits>

using namespace QtAsyncio;
using namespace std::chrono_literals;

/// TimerQueue, while a handler of one of its timers runs.
class tst_TimerQueueHandlers : public TimerQueueTest
{
    Q_OBJECT

private Q_SLOTS:
    void aTimerStartedInAHandlerWaitsForTheNextPass();
    void isRescheduledBeforeItsHandlerRuns();
    void aFiringTimerDoesNotRecurse();
    void aFiringTimerDoesNotBoundTheWait();
    void survivesRemovalOfTheFiringTimer();
    void aTimerThatRemovesItsNeighbourWhileFiring();
    void anIdThatIsUsedAgainInItsHandlerIsANewTimer();
};

void tst_TimerQueueHandlers::aTimerStartedInAHandlerWaitsForTheNextPass()
{
    TimerQueue queue;
    start(queue, 1, 10ms);
    start(queue, 2, 11ms);
    m_receiver->onTimer([&](int id) {
        if (id == 2)
            start(queue, 3, 0ms, Zero + 20ms);
    });
    QCOMPARE(queue.activate(Zero + 20ms), 2);
    QCOMPARE(m_receiver->timers(), QList<int>({ 1, 2 }));
    queue.activate(Zero + 20ms);
    QCOMPARE(m_receiver->timers().count(3), 1);
}

void tst_TimerQueueHandlers::isRescheduledBeforeItsHandlerRuns()
{
    TimerQueue queue;
    start(queue, 1, 10ms);
    std::optional<Duration> remaining;
    m_receiver->onTimer([&](int id) { remaining = queue.remainingTime(id, Zero + 13ms); });
    queue.activate(Zero + 13ms);
    QCOMPARE(remaining, Duration(7ms));
}

void tst_TimerQueueHandlers::aFiringTimerDoesNotRecurse()
{
    TimerQueue queue;
    start(queue, 1, 10ms);
    start(queue, 2, 10ms);
    int nested = -1;
    m_receiver->onTimer([&](int id) {
        if (id == 1 && nested < 0)
            nested = queue.activate(Zero + 25ms);
    });
    QCOMPARE(queue.activate(Zero + 10ms), 1); // the other one has fired inside
    QCOMPARE(nested, 1);
    QCOMPARE(m_receiver->timers(), QList<int>({ 1, 2 }));
    // What was due while the handler ran was rescheduled: it is not made up.
    QCOMPARE(queue.timeToNext(Zero + 25ms), Duration(5ms));
}

void tst_TimerQueueHandlers::aFiringTimerDoesNotBoundTheWait()
{
    TimerQueue queue;
    start(queue, 1, 0ms);
    start(queue, 2, 50ms);
    Duration inHandler = -1ns;
    m_receiver->onTimer([&](int) { inHandler = queue.timeToNext(Zero); });
    queue.activate(Zero);
    QCOMPARE(inHandler, Duration(50ms));
    QCOMPARE(queue.timeToNext(Zero), Duration(0ns));
    queue.unregisterTimer(2);
    queue.activate(Zero);
    QCOMPARE(inHandler, Forever);
}

void tst_TimerQueueHandlers::survivesRemovalOfTheFiringTimer()
{
    TimerQueue queue;
    start(queue, 1, 10ms);
    start(queue, 2, 10ms);
    m_receiver->onTimer([&](int id) { QVERIFY(queue.unregisterTimer(id)); });
    QCOMPARE(queue.activate(Zero + 10ms), 2);
    QCOMPARE(queue.timeToNext(Zero + 10ms), Forever);
}

void tst_TimerQueueHandlers::aTimerThatRemovesItsNeighbourWhileFiring()
{
    TimerQueue queue;
    start(queue, 1, 10ms);
    start(queue, 2, 10ms);
    m_receiver->onTimer([&](int id) { queue.unregisterTimer(3 - id); });
    QCOMPARE(queue.activate(Zero + 10ms), 1);
    QCOMPARE(m_receiver->timers(), QList<int>({ 1 }));
}

void tst_TimerQueueHandlers::anIdThatIsUsedAgainInItsHandlerIsANewTimer()
{
    TimerQueue queue;
    start(queue, 1, 10ms);
    int nested = -1;
    m_receiver->onTimer([&](int id) {
        if (m_receiver->timers().size() > 1)
            return;
        queue.unregisterTimer(id);
        start(queue, id, 1ms, Zero + 10ms);
        nested = queue.activate(Zero + 11ms);
    });
    QCOMPARE(queue.activate(Zero + 10ms), 1);
    QCOMPARE(nested, 1); // the new timer's handler was not running
    QCOMPARE(queue.timeToNext(Zero + 11ms), Duration(1ms));
}

QTEST_GUILESS_MAIN(tst_TimerQueueHandlers)
#include "tst_timerqueuehandlers.moc"
