// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <timerqueuetest.h>

#include <QtTest/qtest.h>

#include <limits>

using namespace QtAsyncio;
using namespace std::chrono_literals;

class tst_TimerQueue : public TimerQueueTest
{
    Q_OBJECT

private Q_SLOTS:
    void firesInTheOrderOfDeadlines();
    void equalDeadlinesFireInTheOrderOfRegistration();
    void neverFiresEarly();
    void firesOncePerPass();
    void keepsItsPhase();
    void missedRoundsAreNotMadeUp();
    void zeroTimersFireButDoNotCount();
    void aZeroTimerDoesNotKeepOthersFromFiring_data();
    void aZeroTimerDoesNotKeepOthersFromFiring();
    void registeringAKnownIdReplacesIt();
    void unregisterTellsWhetherThereWasOne();
    void unregistersAllTimersOfAnObject();
    void registeredTimersAreListedInTheOrderOfFiring();
    void remainingTimeIsThatOfTheNextTick();
    void timersOfWholeMillisecondsShareAWakeUp();
    void aLoneTimerSharesWithNobody();
    void anExactTimerWaitsForNobody();
    void aTimerOfNanosecondsIsExact();
};

void tst_TimerQueue::firesInTheOrderOfDeadlines()
{
    TimerQueue queue;
    start(queue, 1, 30ms);
    start(queue, 2, 10ms);
    start(queue, 3, 20ms);
    QCOMPARE(queue.activate(Zero + 30ms), 3);
    QCOMPARE(m_receiver->timers(), QList<int>({ 2, 3, 1 }));
}

void tst_TimerQueue::equalDeadlinesFireInTheOrderOfRegistration()
{
    TimerQueue queue;
    QList<int> expected;
    for (int id = 1; id <= 20; ++id) {
        start(queue, id, 10ms);
        expected.append(id);
    }
    queue.activate(Zero + 10ms);
    QCOMPARE(m_receiver->timers(), expected);
    queue.activate(Zero + 20ms);
    QCOMPARE(m_receiver->timers(), expected + expected);
}

void tst_TimerQueue::neverFiresEarly()
{
    TimerQueue queue;
    start(queue, 1, 10ms);
    QCOMPARE(queue.timeToNext(Zero), Duration(10ms));
    QCOMPARE(queue.activate(Zero + 10ms - 1ns), 0);
    QCOMPARE(queue.timeToNext(Zero + 10ms - 1ns), Duration(1ns));
    QCOMPARE(queue.timeToNext(Zero + 10ms), Duration(0ns));
    QCOMPARE(queue.activate(Zero + 10ms), 1);
}

void tst_TimerQueue::firesOncePerPass()
{
    TimerQueue queue;
    start(queue, 1, 1ms);
    QCOMPARE(queue.activate(Zero + 100ms), 1);
    QCOMPARE(queue.activate(Zero + 100ms), 0);
    QCOMPARE(m_receiver->timers().size(), 1);
}

void tst_TimerQueue::keepsItsPhase()
{
    TimerQueue queue;
    start(queue, 1, 10ms);
    for (int tick = 1; tick <= 100; ++tick) {
        const Duration late = (tick * 7 % 10) * 1ms;
        QCOMPARE(queue.activate(Zero + tick * 10ms + late), 1);
        QCOMPARE(queue.timeToNext(Zero + tick * 10ms), Duration(10ms));
    }
}

void tst_TimerQueue::missedRoundsAreNotMadeUp()
{
    TimerQueue queue;
    start(queue, 1, 10ms);
    QCOMPARE(queue.activate(Zero + 1005ms), 1);
    QCOMPARE(queue.timeToNext(Zero + 1005ms), Duration(10ms));
}

void tst_TimerQueue::zeroTimersFireButDoNotCount()
{
    TimerQueue queue;
    start(queue, 1, 0ms);
    start(queue, 2, 5ms);
    QCOMPARE(queue.timeToNext(Zero), Duration(0ns));
    QCOMPARE(queue.activate(Zero), 0);
    QCOMPARE(queue.activate(Zero), 0);
    QCOMPARE(m_receiver->timers(), QList<int>({ 1, 1 }));
    QCOMPARE(queue.activate(Zero + 5ms), 1);
}

void tst_TimerQueue::aZeroTimerDoesNotKeepOthersFromFiring_data()
{
    QTest::addColumn<Qt::TimerType>("type");
    QTest::addColumn<int>("interval");
    QTest::newRow("zero") << Qt::PreciseTimer << 0;
    QTest::newRow("a very coarse timer of no second") << Qt::VeryCoarseTimer << 400;
}

void tst_TimerQueue::aZeroTimerDoesNotKeepOthersFromFiring()
{
    QFETCH(const Qt::TimerType, type);
    QFETCH(const int, interval);
    TimerQueue queue;
    start(queue, 1, interval * 1ms, Zero + 100ms, type);
    start(queue, 2, 0ms, Zero + 100ms);
    start(queue, 3, 100ms, Zero + 100ms);
    queue.activate(Zero + 100ms);
    QCOMPARE(m_receiver->timers(), QList<int>({ 1, 2 }));
    m_receiver->clear();
    queue.activate(Zero + 200ms);
    QCOMPARE(m_receiver->timers(), QList<int>({ 1, 2, 3 }));
}

void tst_TimerQueue::registeringAKnownIdReplacesIt()
{
    TimerQueue queue;
    start(queue, 1, 10ms);
    start(queue, 1, 50ms);
    QCOMPARE(queue.timeToNext(Zero), Duration(50ms));
    QCOMPARE(queue.registeredTimers(m_receiver.get()).size(), 1);
}

void tst_TimerQueue::unregisterTellsWhetherThereWasOne()
{
    TimerQueue queue;
    start(queue, 1, 10ms);
    QVERIFY(!queue.unregisterTimer(2));
    QVERIFY(queue.unregisterTimer(1));
    QVERIFY(!queue.unregisterTimer(1));
    QVERIFY(!queue.unregisterTimers(m_receiver.get()));
}

void tst_TimerQueue::unregistersAllTimersOfAnObject()
{
    TimerQueue queue;
    Receiver other;
    for (int id = 1; id <= 10; ++id)
        queue.registerTimer(id, 10ms, Qt::PreciseTimer, id % 2 ? m_receiver.get() : &other, Zero);
    QVERIFY(queue.unregisterTimers(m_receiver.get()));
    QVERIFY(queue.registeredTimers(m_receiver.get()).empty());
    QCOMPARE(queue.registeredTimers(&other).size(), std::size_t(5));
    QCOMPARE(queue.activate(Zero + 10ms), 5);
}

void tst_TimerQueue::registeredTimersAreListedInTheOrderOfFiring()
{
    TimerQueue queue;
    start(queue, 1, 30'000ms, Zero, Qt::CoarseTimer);
    start(queue, 2, 10ms, Zero, Qt::CoarseTimer);
    start(queue, 3, 500ms, Zero, Qt::CoarseTimer);
    start(queue, 4, Duration::max());
    const auto timers = queue.registeredTimers(m_receiver.get());
    QCOMPARE(timers.size(), std::size_t(4));
    const QList<int> ids{ timers[0].id, timers[1].id, timers[2].id, timers[3].id };
    QCOMPARE(ids, QList<int>({ 2, 3, 1, 4 }));
    QCOMPARE(timers[0].type, Qt::PreciseTimer);
    QCOMPARE(timers[1].type, Qt::CoarseTimer);
    QCOMPARE(timers[2].type, Qt::VeryCoarseTimer);
    QCOMPARE(timers[2].interval, Duration(30s));
    QCOMPARE(timers[3].interval, Duration::max());
}

void tst_TimerQueue::remainingTimeIsThatOfTheNextTick()
{
    TimerQueue queue;
    QCOMPARE(queue.remainingTime(1, Zero), std::nullopt);
    start(queue, 1, 10ms);
    QCOMPARE(queue.remainingTime(1, Zero + 3ms), Duration(7ms));
    QCOMPARE(queue.remainingTime(1, Zero + 30ms), Duration(0ns));
    queue.activate(Zero + 10ms);
    QCOMPARE(queue.remainingTime(1, Zero + 10ms), Duration(10ms));
}

void tst_TimerQueue::timersOfWholeMillisecondsShareAWakeUp()
{
    TimerQueue queue;
    for (int id = 0; id < 100; ++id)
        start(queue, id + 1, 20ms, Zero + id * 100us);
    int wakeUps = 0;
    TimePoint now = Zero + 10ms;
    for (int fired = 0; fired < 100; ++wakeUps) {
        now += queue.timeToNext(now);
        fired += queue.activate(now);
    }
    QCOMPARE(wakeUps, 11); // the first one is not kept waiting
    QVERIFY(now < Zero + 20ms + 100 * 100us + 1ms);
}

void tst_TimerQueue::aLoneTimerSharesWithNobody()
{
    TimerQueue queue;
    start(queue, 1, 1ms);
    TimePoint now = Zero;
    for (int tick = 1; tick <= 100; ++tick) {
        now += queue.timeToNext(now);
        QCOMPARE(now, std::max(Zero + tick * 1ms, now)); // never early
        now += 900us; // and served late
        QCOMPARE(queue.activate(now), 1);
    }
    QCOMPARE(now, Zero + 100ms + 900us);
}

void tst_TimerQueue::anExactTimerWaitsForNobody()
{
    TimerQueue queue;
    start(queue, 1, 10ms);
    start(queue, 2, 10ms + 300us);
    QCOMPARE(queue.activate(Zero + 10ms), 1);
    QCOMPARE(queue.timeToNext(Zero + 10ms), Duration(300us));
    start(queue, 3, 0ms, Zero + 10ms);
    QCOMPARE(queue.timeToNext(Zero + 10ms), Duration::zero());
    queue.unregisterTimer(2);
    queue.unregisterTimer(3);
    start(queue, 4, 10ms, Zero + 100us);
    QCOMPARE(queue.timeToNext(Zero + 10ms), Duration(1ms));
}

void tst_TimerQueue::aTimerOfNanosecondsIsExact()
{
    TimerQueue queue;
    start(queue, 1, 250us);
    TimePoint now = Zero;
    for (int tick = 1; tick <= 100; ++tick) {
        now += queue.timeToNext(now);
        QCOMPARE(now, Zero + tick * 250us);
        QCOMPARE(queue.activate(now), 1);
    }
    QCOMPARE(queue.remainingTime(1, now + 1ns), Duration(250us - 1ns));
}

QTEST_GUILESS_MAIN(tst_TimerQueue)
#include "tst_timerqueue.moc"
