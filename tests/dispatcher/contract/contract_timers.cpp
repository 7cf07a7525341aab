// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"

#include <pipe.h>
#include <receiver.h>
#include <ticker.h>
#include <watchdog.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qelapsedtimer.h>
#include <QtCore/qsocketnotifier.h>
#include <QtTest/qtest.h>

using namespace Contract;
using namespace QtAsyncio;
using namespace std::chrono_literals;

class tst_ContractTimers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void aPreciseTimerIsNeverEarly();
    void remainingTimeIsZeroOnlyWhenTheTimerIsDue();
    void timersFireInTheOrderOfDeadlines();
    void aTimerFiresOncePerCall();
    void aTimerKeepsItsPhase();
    void missedTicksAreNotMadeUp();
    void aTimerStartedInAHandlerWaitsForTheNextCall();
    void aTimerMayStopItself();
    void aTimerMayStopItsNeighbour();
    void aTimerMayDeleteItsObject();
    void aTimerMayBeRestartedInItsHandler();
    void zeroTimersFireOncePerCallAndDoNotCount();
    void aLoopOverProcessEventsEndsBesideAZeroTimer();
    void aZeroTimerStarvesNobody();
    void aTimerDoesNotRecurseInNestedLoops();
    void excludedTimersNeitherFireNorBoundTheWait();
    void aTimerStartedBeforeTheWaitBoundsIt();
};

void tst_ContractTimers::aPreciseTimerIsNeverEarly()
{
    for (const int interval : { 1, 2, 5, 13, 20 }) {
        Receiver receiver;
        QElapsedTimer elapsed;
        qint64 taken = 0;
        receiver.onTimer([&](int id) {
            taken = elapsed.nsecsElapsed();
            receiver.killTimer(id);
        });
        elapsed.start();
        receiver.startTimer(interval, Qt::PreciseTimer);
        QTRY_COMPARE(receiver.timers().size(), 1);
        QVERIFY(taken >= interval * 1'000'000LL);
    }
}

void tst_ContractTimers::remainingTimeIsZeroOnlyWhenTheTimerIsDue()
{
    // Ten of them: on a busy machine the thread may stand still from one value to the next. To
    // yield there would make it so.
    auto *dispatcher = QAbstractEventDispatcher::instance();
    for (int round = 0; round < 10; ++round) {
        Receiver receiver;
        QElapsedTimer elapsed;
        elapsed.start();
        const int id = receiver.startTimer(3, Qt::PreciseTimer);
        while (dispatcher->remainingTime(id) > 0) { }
        QVERIFY(elapsed.nsecsElapsed() >= 3'000'000);
    }
}

void tst_ContractTimers::timersFireInTheOrderOfDeadlines()
{
    Receiver receiver;
    const int third = receiver.startTimer(9, Qt::PreciseTimer);
    const int first = receiver.startTimer(1, Qt::PreciseTimer);
    const int second = receiver.startTimer(5, Qt::PreciseTimer);
    spinUntilDue(third);
    processEvents();
    QCOMPARE(receiver.timers(), QList<int>({ first, second, third }));
}

void tst_ContractTimers::aTimerFiresOncePerCall()
{
    Receiver receiver;
    const int id = receiver.startTimer(1, Qt::PreciseTimer);
    const int other = receiver.startTimer(10, Qt::PreciseTimer);
    spinUntilDue(other);
    processEvents();
    QCOMPARE(receiver.timers(), QList<int>({ id, other }));
}

void tst_ContractTimers::aTimerKeepsItsPhase()
{
    // Both tick together, for the first time at 20 ms, and are served some time later.
    Receiver receiver;
    const int id = receiver.startTimer(20, Qt::PreciseTimer);
    const int later = receiver.startTimer(27, Qt::PreciseTimer);
    const int reference = receiver.startTimer(10'040, Qt::PreciseTimer);
    auto *dispatcher = QAbstractEventDispatcher::instance();
    spinUntilDue(later);
    if (dispatcher->remainingTime(reference) < 10'002)
        QSKIP("The machine is too slow: a whole tick has passed unseen.");
    processEvents();
    QCOMPARE(receiver.timers().count(id), 1);
    const int apart = dispatcher->remainingTime(reference) - dispatcher->remainingTime(id);
    QVERIFY2(qAbs(apart - 10'000) <= 2, qPrintable(QString::number(apart)));
}

void tst_ContractTimers::missedTicksAreNotMadeUp()
{
    Receiver receiver;
    const int often = receiver.startTimer(5, Qt::PreciseTimer);
    const int late = receiver.startTimer(50, Qt::PreciseTimer);
    spinUntilDue(late);
    processEvents();
    receiver.killTimer(late);
    // Ten ticks were missed; the next one comes after a full interval.
    QVERIFY(QAbstractEventDispatcher::instance()->remainingTime(often) <= 6);
    QCOMPARE(receiver.timers().count(often), 1);
}

void tst_ContractTimers::aTimerStartedInAHandlerWaitsForTheNextCall()
{
    Receiver receiver;
    Receiver later;
    const int id = receiver.startTimer(1, Qt::PreciseTimer);
    receiver.onTimer([&](int) {
        receiver.killTimer(id);
        later.startTimer(0);
    });
    spinUntilDue(id);
    processEvents();
    QCOMPARE(receiver.timers().size(), 1);
    QVERIFY(later.timers().isEmpty());
    processEvents();
    QCOMPARE(later.timers().size(), 1);
}

void tst_ContractTimers::aTimerMayStopItself()
{
    Receiver receiver;
    receiver.onTimer([&](int id) { receiver.killTimer(id); });
    const int id = receiver.startTimer(1, Qt::PreciseTimer);
    spinUntilDue(id);
    processEvents();
    settle();
    QCOMPARE(receiver.timers(), QList<int>({ id }));
    QVERIFY(QAbstractEventDispatcher::instance()->registeredTimers(&receiver).isEmpty());
}

void tst_ContractTimers::aTimerMayStopItsNeighbour()
{
    Receiver receiver;
    const int first = receiver.startTimer(1, Qt::PreciseTimer);
    const int second = receiver.startTimer(2, Qt::PreciseTimer);
    receiver.onTimer([&](int id) { receiver.killTimer(id == first ? second : first); });
    spinUntilDue(second);
    processEvents();
    QCOMPARE(receiver.timers(), QList<int>({ first }));
}

void tst_ContractTimers::aTimerMayDeleteItsObject()
{
    auto receiver = std::make_unique<Receiver>();
    const int first = receiver->startTimer(1, Qt::PreciseTimer);
    const int second = receiver->startTimer(2, Qt::PreciseTimer);
    Q_UNUSED(first);
    int fired = 0;
    receiver->onTimer([&](int) {
        ++fired;
        receiver.reset();
    });
    spinUntilDue(second);
    settle();
    QCOMPARE(fired, 1);
}

void tst_ContractTimers::aTimerMayBeRestartedInItsHandler()
{
    // The id of the stopped timer is free, and the new one may get it at once.
    Receiver receiver;
    int restarts = 0;
    receiver.onTimer([&](int id) {
        receiver.killTimer(id);
        if (++restarts < 20)
            receiver.startTimer(1, Qt::PreciseTimer);
    });
    receiver.startTimer(1, Qt::PreciseTimer);
    QTRY_COMPARE(restarts, 20);
    settle();
    QCOMPARE(receiver.timers().size(), 20);
}

void tst_ContractTimers::zeroTimersFireOncePerCallAndDoNotCount()
{
    Receiver receiver;
    receiver.startTimer(0);
    for (int call = 1; call <= 5; ++call) {
        const bool counted = processEvents();
        QCOMPARE(receiver.timers().size(), call);
        EXPECT_BROKEN_BY(Glib, "its idle source counts as an event");
        QVERIFY(!counted);
    }
}

void tst_ContractTimers::aLoopOverProcessEventsEndsBesideAZeroTimer()
{
    Receiver receiver;
    receiver.startTimer(0);
    int calls = 0;
    while (processEvents() && calls < 10'000)
        ++calls;
    EXPECT_BROKEN_BY(Glib, "its idle source counts as an event");
    QVERIFY(calls < 10'000);
}

void tst_ContractTimers::aZeroTimerStarvesNobody()
{
    const Ticker ticker;
    Receiver receiver;
    receiver.startTimer(0);
    Pipe pipe;
    int read = 0;
    QSocketNotifier notifier(pipe.readEnd(), QSocketNotifier::Read);
    connect(&notifier, &QSocketNotifier::activated, this, [&] { read += pipe.drain(); });
    pipe.write();
    receiver.post(1);
    QTRY_VERIFY(ticker.ticks() >= 3);
    QVERIFY(receiver.timers().size() >= 3);
    QCOMPARE(receiver.events().size(), 1);
    QCOMPARE(read, 1);
}

void tst_ContractTimers::aTimerDoesNotRecurseInNestedLoops()
{
    Receiver receiver;
    const Ticker ticker;
    int depth = 0;
    int deepest = 0;
    receiver.onTimer([&](int) {
        deepest = qMax(deepest, ++depth);
        const int before = ticker.ticks();
        QTRY_VERIFY(ticker.ticks() >= before + 5); // others do fire
        --depth;
    });
    receiver.startTimer(1, Qt::PreciseTimer);
    QTRY_VERIFY(receiver.timers().size() >= 2);
    QCOMPARE(deepest, 1);
}

void tst_ContractTimers::excludedTimersNeitherFireNorBoundTheWait()
{
    Receiver receiver;
    const int id = receiver.startTimer(1, Qt::PreciseTimer);
    spinUntilDue(id);
    processEvents(QEventLoop::X11ExcludeTimers);
    QVERIFY(receiver.timers().isEmpty());

    IterationCounter counter;
    auto *dispatcher = QAbstractEventDispatcher::instance();
    const Delayed other(30ms, [&] { dispatcher->wakeUp(); });
    while (!other.isDone())
        processEvents(Wait | QEventLoop::X11ExcludeTimers);
    EXPECT_BROKEN_SINCE(11, Glib, "an excluded timer that is due makes it spin");
    QVERIFY(counter.iterations() < 10);
    QVERIFY(receiver.timers().isEmpty());
    QTRY_VERIFY(!receiver.timers().isEmpty());
}

void tst_ContractTimers::aTimerStartedBeforeTheWaitBoundsIt()
{
    const Watchdog watchdog;
    Receiver receiver;
    int id = 0;
    const auto *dispatcher = QAbstractEventDispatcher::instance();
    QObject scope;
    connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, &scope, [&] {
        if (!id)
            id = receiver.startTimer(5, Qt::PreciseTimer);
    });
    while (receiver.timers().isEmpty() && !watchdog.hasBitten())
        processEvents(Wait);
    QVERIFY(!watchdog.hasBitten());
}

std::unique_ptr<QObject> Contract::createTimers()
{
    return std::make_unique<tst_ContractTimers>();
}

#include "contract_timers.moc"
