// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"

#include <receiver.h>

#include <QtTest/qtest.h>

using namespace Contract;
using namespace QtAsyncio;

class tst_ContractTimerTypes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void registeredTimersTellTheEffectiveType_data();
    void registeredTimersTellTheEffectiveType();
    void registeredTimersAreThoseOfTheObject();
    void remainingTimeIsNegativeForUnknownTimers();
    void remainingTimeIsZeroWhenOverdue();
    void remainingTimeInTheHandlerIsThatOfTheNextTick();
    void coarseTimersStayWithinFivePercent_data();
    void coarseTimersStayWithinFivePercent();
    void veryCoarseTimersAreDueOnASecond();
    void unregisterTellsWhetherThereWasOne();

private:
    static QAbstractEventDispatcher *dispatcher() { return QAbstractEventDispatcher::instance(); }
};

void tst_ContractTimerTypes::registeredTimersTellTheEffectiveType_data()
{
    QTest::addColumn<Qt::TimerType>("type");
    QTest::addColumn<int>("interval");
    QTest::addColumn<Qt::TimerType>("effectiveType");
    QTest::addColumn<int>("effectiveInterval");
    const auto row = [](Qt::TimerType type, int interval, Qt::TimerType effectiveType,
                        int effectiveInterval) {
        QTest::addRow("type %d, %d ms", int(type), interval)
                << type << interval << effectiveType << effectiveInterval;
    };
    row(Qt::PreciseTimer, 0, Qt::PreciseTimer, 0);
    row(Qt::PreciseTimer, 60'000, Qt::PreciseTimer, 60'000);
    row(Qt::CoarseTimer, 0, Qt::PreciseTimer, 0);
    row(Qt::CoarseTimer, 20, Qt::PreciseTimer, 20);
    row(Qt::CoarseTimer, 21, Qt::CoarseTimer, 21);
    row(Qt::CoarseTimer, 19'999, Qt::CoarseTimer, 19'999);
    row(Qt::CoarseTimer, 20'000, Qt::VeryCoarseTimer, 20'000);
    row(Qt::CoarseTimer, 30'700, Qt::VeryCoarseTimer, 31'000);
    row(Qt::VeryCoarseTimer, 400, Qt::VeryCoarseTimer, 0);
    row(Qt::VeryCoarseTimer, 1499, Qt::VeryCoarseTimer, 1000);
    row(Qt::VeryCoarseTimer, 1500, Qt::VeryCoarseTimer, 2000);
}

void tst_ContractTimerTypes::registeredTimersTellTheEffectiveType()
{
    QFETCH(const Qt::TimerType, type);
    QFETCH(const int, interval);
    Receiver receiver;
    const int id = receiver.startTimer(interval, type);
    const auto timers = dispatcher()->registeredTimers(&receiver);
    QCOMPARE(timers.size(), 1);
    QCOMPARE(timers[0].timerId, id);
    QTEST(timers[0].timerType, "effectiveType");
    QTEST(timers[0].interval, "effectiveInterval");
}

void tst_ContractTimerTypes::registeredTimersAreThoseOfTheObject()
{
    Receiver receiver;
    Receiver other;
    other.startTimer(1000);
    QVERIFY(dispatcher()->registeredTimers(&receiver).isEmpty());
    const int first = receiver.startTimer(30'000);
    const int second = receiver.startTimer(1000);
    const auto timers = dispatcher()->registeredTimers(&receiver);
    QCOMPARE(timers.size(), 2);
    QCOMPARE(timers[0].timerId, second);
    QCOMPARE(timers[1].timerId, first);
}

void tst_ContractTimerTypes::remainingTimeIsNegativeForUnknownTimers()
{
    // -1; in nanoseconds, from Qt 6.8 on, it is the least number that there is.
    QVERIFY(dispatcher()->remainingTime(10'000'000) < 0);
    Receiver receiver;
    const int id = receiver.startTimer(1000);
    receiver.killTimer(id);
    QVERIFY(dispatcher()->remainingTime(id) < 0);
}

void tst_ContractTimerTypes::remainingTimeIsZeroWhenOverdue()
{
    Receiver receiver;
    const int id = receiver.startTimer(60'000, Qt::PreciseTimer);
    const int remaining = dispatcher()->remainingTime(id);
    QVERIFY(remaining > 30'000 && remaining <= 60'000);
    const int due = receiver.startTimer(0);
    QCOMPARE(dispatcher()->remainingTime(due), 0);
}

void tst_ContractTimerTypes::remainingTimeInTheHandlerIsThatOfTheNextTick()
{
    Receiver receiver;
    int remaining = -1;
    receiver.onTimer([&](int id) { remaining = dispatcher()->remainingTime(id); });
    const int id = receiver.startTimer(50, Qt::PreciseTimer);
    spinUntilDue(id);
    processEvents();
    QVERIFY(remaining >= 0 && remaining <= 51);
}

void tst_ContractTimerTypes::coarseTimersStayWithinFivePercent_data()
{
    QTest::addColumn<int>("interval");
    for (const int interval : { 100, 200, 250, 500, 1000, 1234, 5000, 10'000, 19'999 })
        QTest::addRow("%d ms", interval) << interval;
}

void tst_ContractTimerTypes::coarseTimersStayWithinFivePercent()
{
    QFETCH(const int, interval);
    // Between two readings of a precise timer, so that a pause of this process does no harm.
    Receiver receiver;
    for (int round = 0; round < 20; ++round) {
        const int before = receiver.startTimer(interval, Qt::PreciseTimer);
        const int coarse = receiver.startTimer(interval, Qt::CoarseTimer);
        const int after = receiver.startTimer(interval, Qt::PreciseTimer);
        const int lowest = dispatcher()->remainingTime(before);
        const int remaining = dispatcher()->remainingTime(coarse);
        const int highest = dispatcher()->remainingTime(after);
        const int tolerance = interval / 20 + 2; // each reading rounds up
        const int slack = qMax(0, lowest - highest) + qMax(0, highest - lowest);
        QVERIFY(remaining >= lowest - tolerance - slack);
        QVERIFY(remaining <= highest + tolerance + slack);
        for (const int id : { before, coarse, after })
            receiver.killTimer(id);
    }
}

void tst_ContractTimerTypes::veryCoarseTimersAreDueOnASecond()
{
    // All that are started within half a second of the clock are due together.
    Receiver receiver;
    const int first = receiver.startTimer(20'000, Qt::VeryCoarseTimer);
    const int second = receiver.startTimer(25'000, Qt::CoarseTimer);
    const int apart = dispatcher()->remainingTime(second) - dispatcher()->remainingTime(first);
    QVERIFY(qAbs(apart % 1000) <= 2 || qAbs(apart % 1000) >= 998);
}

void tst_ContractTimerTypes::unregisterTellsWhetherThereWasOne()
{
    Receiver receiver;
    const int id = receiver.startTimer(1000);
    QVERIFY(dispatcher()->unregisterTimer(id));
    QVERIFY(!dispatcher()->unregisterTimer(id));
    dispatcher()->registerTimer(id, 1000, Qt::CoarseTimer, &receiver);
    QVERIFY(dispatcher()->unregisterTimers(&receiver));
    QVERIFY(dispatcher()->registeredTimers(&receiver).isEmpty());
    dispatcher()->registerTimer(id, 1000, Qt::CoarseTimer, &receiver);
}

std::unique_ptr<QObject> Contract::createTimerTypes()
{
    return std::make_unique<tst_ContractTimerTypes>();
}

#include "contract_timertypes.moc"
