// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"

#include <receiver.h>
#include <ticker.h>

#include <QtTest/qtest.h>

using namespace Contract;
using namespace QtAsyncio;
using namespace std::chrono_literals;

/// Which timer comes when, and what becomes of the others while its handler runs.
class tst_ContractTimerOrder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void zeroTimersFireInTheOrderOfTheirStart();
    void zeroTimersTakeTurns();
    void equalDeadlinesFireInTheOrderOfTheirStart();
    void aTimerIsRescheduledBeforeItsHandlerRuns();
    void aTimerIsRescheduledInANestedLoop();
    void otherTimersFireInANestedLoop();
    void aTimerThatANestedLoopServedIsNotServedAgain();
    void anIdThatIsUsedAgainIsAnotherTimer();
    void anIdThatIsUsedAgainInAHandlerIsAnotherTimer();
    void aTimerThatIsRestartedByItsNeighbourWaits();
    void aZeroTimerThatStopsAndStartsAgainGoesToTheEnd();
    void remainingTimesAgreeWithTheOrder();

private:
    static QAbstractEventDispatcher *dispatcher() { return QAbstractEventDispatcher::instance(); }
};

void tst_ContractTimerOrder::zeroTimersFireInTheOrderOfTheirStart()
{
    Receiver receiver;
    QList<int> started;
    for (int i = 0; i < 10; ++i)
        started.append(receiver.startTimer(0));
    processEvents();
    QCOMPARE(receiver.timers(), started);
}

void tst_ContractTimerOrder::zeroTimersTakeTurns()
{
    Receiver receiver;
    const int first = receiver.startTimer(0);
    const int second = receiver.startTimer(0);
    for (int call = 0; call < 3; ++call)
        processEvents();
    QCOMPARE(receiver.timers(), QList<int>({ first, second, first, second, first, second }));
}

void tst_ContractTimerOrder::equalDeadlinesFireInTheOrderOfTheirStart()
{
    // Started from the latest to the earliest second of their intervals, so that very coarse
    // timers have the same deadline: a whole second of the clock.
    Receiver receiver;
    QList<int> started;
    for (int i = 0; i < 10; ++i)
        started.append(receiver.startTimer(1000, Qt::VeryCoarseTimer));
    const int remaining = dispatcher()->remainingTime(started.constFirst());
    if (qAbs(dispatcher()->remainingTime(started.constLast()) - remaining) > 100)
        QSKIP("The half of a second passed between the first and the last start.");
    QVERIFY(waitUntil([&] { return receiver.timers().size() >= 10; }));
    QCOMPARE(receiver.timers().mid(0, 10), started);
}

void tst_ContractTimerOrder::aTimerIsRescheduledBeforeItsHandlerRuns()
{
    Receiver receiver;
    int registered = 0;
    int remaining = -1;
    receiver.onTimer([&](int id) {
        registered = int(dispatcher()->registeredTimers(&receiver).size());
        remaining = dispatcher()->remainingTime(id);
    });
    spinUntilDue(receiver.startTimer(40, Qt::PreciseTimer));
    processEvents();
    QCOMPARE(registered, 1);
    QVERIFY(remaining > 0 && remaining <= 40);
}

void tst_ContractTimerOrder::aTimerIsRescheduledInANestedLoop()
{
    // It does not fire there, but its ticks go by, and it is in phase afterwards.
    Receiver receiver;
    QList<int> remaining;
    receiver.onTimer([&](int id) {
        if (receiver.timers().size() > 1)
            return;
        const Ticker ticker;
        QVERIFY(waitUntil([&] { return ticker.ticks() >= 10; }));
        remaining.append(dispatcher()->remainingTime(id));
    });
    const int id = receiver.startTimer(5, Qt::PreciseTimer);
    QVERIFY(waitUntil([&] { return !remaining.isEmpty(); }));
    QVERIFY(remaining.constFirst() <= 5);
    QCOMPARE(receiver.timers(), QList<int>({ id }));
    QVERIFY(waitUntil([&] { return receiver.timers().size() >= 2; }));
}

void tst_ContractTimerOrder::otherTimersFireInANestedLoop()
{
    Receiver receiver;
    const int outer = receiver.startTimer(1, Qt::PreciseTimer);
    const int inner = receiver.startTimer(2, Qt::PreciseTimer);
    QList<int> order;
    receiver.onTimer([&](int id) {
        order.append(id);
        if (id == outer)
            processEvents();
        order.append(-id);
        receiver.killTimer(id);
    });
    spinUntilDue(inner);
    processEvents();
    QCOMPARE(order, QList<int>({ outer, inner, -inner, -outer }));
}

void tst_ContractTimerOrder::aTimerThatANestedLoopServedIsNotServedAgain()
{
    Receiver receiver;
    const int outer = receiver.startTimer(1, Qt::PreciseTimer);
    const int inner = receiver.startTimer(30, Qt::PreciseTimer);
    receiver.onTimer([&](int id) {
        if (id == outer)
            processEvents();
    });
    spinUntilDue(inner);
    processEvents();
    QCOMPARE(receiver.timers().count(inner), 1);
}

void tst_ContractTimerOrder::anIdThatIsUsedAgainIsAnotherTimer()
{
    Receiver receiver;
    const int old = receiver.startTimer(1, Qt::PreciseTimer);
    spinUntilDue(old);
    receiver.killTimer(old);
    Receiver fresh;
    dispatcher()->registerTimer(old, 60'000, Qt::PreciseTimer, &fresh);
    settle();
    QVERIFY(receiver.timers().isEmpty());
    QVERIFY(fresh.timers().isEmpty());
    QVERIFY(dispatcher()->remainingTime(old) > 30'000);
    QVERIFY(dispatcher()->unregisterTimer(old));
}

void tst_ContractTimerOrder::anIdThatIsUsedAgainInAHandlerIsAnotherTimer()
{
    // The id of the timer whose handler runs is given to a new one, which may fire meanwhile and
    // must not be disturbed when the handler returns.
    Receiver receiver;
    Receiver fresh;
    int firedInside = 0;
    const int id = receiver.startTimer(1, Qt::PreciseTimer);
    receiver.onTimer([&](int fired) {
        dispatcher()->unregisterTimer(fired);
        dispatcher()->registerTimer(fired, 0, Qt::PreciseTimer, &fresh);
        processEvents();
        firedInside = int(fresh.timers().size());
    });
    spinUntilDue(id);
    processEvents();
    QCOMPARE(receiver.timers().size(), 1);
    QCOMPARE(firedInside, 1);
    processEvents();
    QCOMPARE(fresh.timers(), QList<int>({ id, id }));
    receiver.killTimer(id);
}

void tst_ContractTimerOrder::aTimerThatIsRestartedByItsNeighbourWaits()
{
    Receiver receiver;
    const int first = receiver.startTimer(1, Qt::PreciseTimer);
    const int second = receiver.startTimer(2, Qt::PreciseTimer);
    receiver.onTimer([&](int) {
        dispatcher()->unregisterTimer(second);
        dispatcher()->registerTimer(second, 0, Qt::PreciseTimer, &receiver);
        receiver.onTimer({ });
    });
    spinUntilDue(second);
    processEvents();
    QCOMPARE(receiver.timers(), QList<int>({ first }));
    processEvents();
    QVERIFY(receiver.timers().contains(second));
}

void tst_ContractTimerOrder::aZeroTimerThatStopsAndStartsAgainGoesToTheEnd()
{
    Receiver receiver;
    const int first = receiver.startTimer(0);
    const int second = receiver.startTimer(0);
    dispatcher()->unregisterTimer(first);
    dispatcher()->registerTimer(first, 0, Qt::PreciseTimer, &receiver);
    processEvents();
    QCOMPARE(receiver.timers(), QList<int>({ second, first }));
}

void tst_ContractTimerOrder::remainingTimesAgreeWithTheOrder()
{
    Receiver receiver;
    QList<int> ids;
    for (const int interval : { 300, 100, 200, 100 })
        ids.append(receiver.startTimer(interval, Qt::PreciseTimer));
    QList<int> reported;
    const auto timers = dispatcher()->registeredTimers(&receiver);
    for (const auto &timer : timers)
        reported.append(timer.interval);
    std::sort(reported.begin(), reported.end());
    QCOMPARE(reported, QList<int>({ 100, 100, 200, 300 }));
    QVERIFY(dispatcher()->remainingTime(ids[1]) <= dispatcher()->remainingTime(ids[3]));
    QVERIFY(dispatcher()->remainingTime(ids[3]) <= dispatcher()->remainingTime(ids[2]));
    QVERIFY(dispatcher()->remainingTime(ids[2]) <= dispatcher()->remainingTime(ids[0]));
}

std::unique_ptr<QObject> Contract::createTimerOrder()
{
    return std::make_unique<tst_ContractTimerOrder>();
}

#include "contract_timerorder.moc"
