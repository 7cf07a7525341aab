// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"
#include "roundtrips.h"

#include <pipe.h>
#include <receiver.h>
#include <ticker.h>
#include <watchdog.h>

#include <QtCore/qcoreapplication.h>
#include <QtTest/qtest.h>

#include <thread>

using namespace Contract;
using namespace QtAsyncio;
using namespace std::chrono_literals;

class tst_ContractWakeUps : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void aPendingWakeUpEndsTheNextWaitAndCountsOnce();
    void manyWakeUpsAreOne();
    void aWakeUpFromAnotherThreadEndsTheWait();
    void noWakeUpIsLost();
    void anInterruptBeforeTheCallEndsItsWait();
    void anInterruptFromAPostedEventEndsTheCall();
    void anInterruptFromAnotherThreadEndsTheWait();
    void anInterruptIsForgottenWithTheNextCall();
    void postsFromAboutToBlockEndTheWait();
    void aWakeUpFromAboutToBlockEndsTheWait();
    void anInterruptFromAboutToBlockEndsTheWait();
    void awakeIsEmittedInEveryCall();
    void aboutToBlockIsEmittedOnlyBeforeAWait();
    void aWaitIsAnnouncedOnceAfterThePostedEvents();
    void noWaitIsAnnouncedAfterAnInterrupt();

private:
    static QAbstractEventDispatcher *dispatcher() { return QCoreApplication::eventDispatcher(); }
    /// Has \a action done at the first aboutToBlock while \a scope lives.
    template <typename Action> void onceAboutToBlock(QObject &scope, Action action)
    {
        connect(dispatcher(), &QAbstractEventDispatcher::aboutToBlock, &scope,
                [done = false, action]() mutable {
                    if (!std::exchange(done, true))
                        action();
                });
    }
};

void tst_ContractWakeUps::aPendingWakeUpEndsTheNextWaitAndCountsOnce()
{
    const Watchdog watchdog;
    dispatcher()->wakeUp();
    QVERIFY(processEvents(Wait));
    QVERIFY(!watchdog.hasBitten());
    QVERIFY(!processEvents());
}

void tst_ContractWakeUps::manyWakeUpsAreOne()
{
    for (int i = 0; i < 1000; ++i)
        dispatcher()->wakeUp();
    QVERIFY(processEvents());
    QVERIFY(!processEvents());
}

void tst_ContractWakeUps::aWakeUpFromAnotherThreadEndsTheWait()
{
    const Watchdog watchdog;
    const Delayed other(10ms, [&] { dispatcher()->wakeUp(); });
    QVERIFY(processEvents(Wait));
    QVERIFY(other.isDone());
    QVERIFY(!watchdog.hasBitten());
}

void tst_ContractWakeUps::noWakeUpIsLost()
{
    // If one is lost, the watchdog bites.
    constexpr int Rounds = 2000;
    const Watchdog watchdog(20s);
    QCOMPARE(Contract::roundTrips(Rounds), Rounds);
    QVERIFY(!watchdog.hasBitten());
}

void tst_ContractWakeUps::anInterruptBeforeTheCallEndsItsWait()
{
    const Watchdog watchdog;
    dispatcher()->interrupt();
    processEvents(Wait);
    QVERIFY(!watchdog.hasBitten());
}

void tst_ContractWakeUps::anInterruptFromAPostedEventEndsTheCall()
{
    const Watchdog watchdog;
    Receiver receiver;
    receiver.onEvent([&](int) { dispatcher()->interrupt(); });
    receiver.post(1);
    processEvents(Wait);
    QCOMPARE(receiver.events().size(), 1);
    QVERIFY(!watchdog.hasBitten());
}

void tst_ContractWakeUps::anInterruptFromAnotherThreadEndsTheWait()
{
    const Watchdog watchdog;
    const Delayed other(10ms, [&] { dispatcher()->interrupt(); });
    while (!other.isDone())
        processEvents(Wait);
    QVERIFY(!watchdog.hasBitten());
}

void tst_ContractWakeUps::anInterruptIsForgottenWithTheNextCall()
{
    const Watchdog watchdog;
    Receiver receiver;
    dispatcher()->interrupt();
    settle();
    receiver.startTimer(1);
    while (receiver.timers().isEmpty() && !watchdog.hasBitten())
        processEvents(Wait);
    QVERIFY(!watchdog.hasBitten());
}

void tst_ContractWakeUps::postsFromAboutToBlockEndTheWait()
{
    const Watchdog watchdog;
    Receiver receiver;
    QObject scope;
    onceAboutToBlock(scope, [&] { receiver.post(1); });
    QVERIFY(processEvents(Wait));
    QVERIFY(!watchdog.hasBitten());
    processEvents();
    QCOMPARE(receiver.events().size(), 1);
}

void tst_ContractWakeUps::aWakeUpFromAboutToBlockEndsTheWait()
{
    const Watchdog watchdog;
    QObject scope;
    onceAboutToBlock(scope, [] { dispatcher()->wakeUp(); });
    QVERIFY(processEvents(Wait));
    QVERIFY(!watchdog.hasBitten());
}

void tst_ContractWakeUps::anInterruptFromAboutToBlockEndsTheWait()
{
    const Watchdog watchdog;
    QObject scope;
    onceAboutToBlock(scope, [] { dispatcher()->interrupt(); });
    processEvents(Wait);
    QVERIFY(!watchdog.hasBitten());
}

void tst_ContractWakeUps::awakeIsEmittedInEveryCall()
{
    IterationCounter counter;
    for (int call = 1; call <= 5; ++call) {
        processEvents();
        QVERIFY(counter.iterations() >= call);
    }
    dispatcher()->wakeUp();
    processEvents(Wait);
    QVERIFY(counter.iterations() >= 6);
    if (kind() != Kind::Glib) // which emits it on both sides of the wait
        QCOMPARE(counter.iterations(), 6);
}

void tst_ContractWakeUps::aboutToBlockIsEmittedOnlyBeforeAWait()
{
    IterationCounter counter;
    processEvents();
    QCOMPARE(counter.blocks(), 0);
    Receiver receiver;
    receiver.startTimer(1);
    while (receiver.timers().isEmpty())
        processEvents(Wait);
    QVERIFY(counter.blocks() >= 1);
    QVERIFY(counter.blocks() <= counter.iterations());
}

void tst_ContractWakeUps::aWaitIsAnnouncedOnceAfterThePostedEvents()
{
    QStringList order;
    QObject scope;
    connect(dispatcher(), &QAbstractEventDispatcher::awake, &scope,
            [&] { order.append(QStringLiteral("awake")); });
    connect(dispatcher(), &QAbstractEventDispatcher::aboutToBlock, &scope,
            [&] { order.append(QStringLiteral("aboutToBlock")); });
    Receiver receiver;
    receiver.onEvent([&](int) { order.append(QStringLiteral("posted")); });
    receiver.onTimer([&](int id) {
        receiver.killTimer(id);
        order.append(QStringLiteral("timer"));
    });
    receiver.startTimer(5, Qt::PreciseTimer);
    receiver.post(1);
    processEvents(); // which takes the wake-up
    processEvents(Wait);
    EXPECT_BROKEN_BY(Glib, "it emits both on either side of the wait, as its main context asks");
    QCOMPARE(order.join(QLatin1Char(' ')), QStringLiteral("awake posted awake aboutToBlock timer"));
}

void tst_ContractWakeUps::noWaitIsAnnouncedAfterAnInterrupt()
{
    const IterationCounter counter;
    Receiver receiver;
    receiver.onEvent([&](int) { dispatcher()->interrupt(); });
    receiver.post(1);
    processEvents(Wait);
    EXPECT_BROKEN_BY(Glib, "it does not look for an interrupt before it waits");
    QCOMPARE(counter.blocks(), 0);
}

std::unique_ptr<QObject> Contract::createWakeUps()
{
    return std::make_unique<tst_ContractWakeUps>();
}

#include "contract_wakeups.moc"
