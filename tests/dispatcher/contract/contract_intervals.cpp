// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"

#include <receiver.h>
#include <ticker.h>
#include <watchdog.h>

#include <QtCore/qbasictimer.h>
#include <QtCore/qelapsedtimer.h>
#include <QtTest/qtest.h>

#include <limits>

using namespace Contract;
using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

constexpr int Longest = std::numeric_limits<int>::max();

/// How far from the multiples of \a step of the monotonic clock timer \a id is due, in ms.
int distanceFromMultiples(int id, int step)
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    const int remaining = QAbstractEventDispatcher::instance()->remainingTime(id);
    const auto due = std::chrono::floor<std::chrono::milliseconds>(now).count() + remaining;
    const int beyond = int(due % step);
    return std::min(beyond, step - beyond);
}

} // namespace

/// Intervals at the edges, and what rounding makes of those between.
class tst_ContractIntervals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void aHugeIntervalIsTaken_data();
    void aHugeIntervalIsTaken();
    void aHugeIntervalDoesNotKeepTheLoopFromWaiting();
    void aNegativeIntervalIsRefusedOrReplaced();
    void coarseTimersMeetOnSharedBoundaries_data();
    void coarseTimersMeetOnSharedBoundaries();
    void coarseTimersThatMeetFireInOneCall();
    void veryCoarseTimersMeetOnSeconds();
    void aWaitIsNeverTooShort();
    void aShortTimerTicksAsOftenAsItShould();

private:
    static QAbstractEventDispatcher *dispatcher() { return QAbstractEventDispatcher::instance(); }
};

void tst_ContractIntervals::aHugeIntervalIsTaken_data()
{
    // Rounded to seconds, the very longest one is no int of milliseconds any more.
    constexpr int LongestSeconds = Longest - 10'000;
    QTest::addColumn<Qt::TimerType>("type");
    QTest::addColumn<int>("interval");
    QTest::newRow("precise") << Qt::PreciseTimer << Longest;
    QTest::newRow("coarse") << Qt::CoarseTimer << LongestSeconds;
    QTest::newRow("very coarse") << Qt::VeryCoarseTimer << LongestSeconds;
}

void tst_ContractIntervals::aHugeIntervalIsTaken()
{
    QFETCH(const Qt::TimerType, type);
    Receiver receiver;
    QFETCH(const int, interval);
    const int id = receiver.startTimer(interval, type);
    QVERIFY(id > 0);
    settle();
    QVERIFY(receiver.timers().isEmpty());
    QVERIFY(dispatcher()->remainingTime(id) > Longest - 60'000);
    QCOMPARE(dispatcher()->registeredTimers(&receiver).size(), 1);
    receiver.killTimer(id);
    QVERIFY(dispatcher()->registeredTimers(&receiver).isEmpty());
}

void tst_ContractIntervals::aHugeIntervalDoesNotKeepTheLoopFromWaiting()
{
    Receiver receiver;
    receiver.startTimer(Longest, Qt::PreciseTimer);
    receiver.startTimer(Longest, Qt::CoarseTimer);
    IterationCounter counter;
    const Delayed other(15ms, [target = dispatcher()] { target->wakeUp(); });
    while (!other.isDone())
        processEvents(Wait);
    QVERIFY(counter.iterations() <= 4);
    QVERIFY(receiver.timers().isEmpty());
}

void tst_ContractIntervals::aNegativeIntervalIsRefusedOrReplaced()
{
    // QObject's part, before a dispatcher hears of it: Qt changed its mind.
    static const QRegularExpression refused(
            QStringLiteral("QObject::startTimer: Timers cannot have negative intervals"));
    static const QRegularExpression replaced(QStringLiteral("QObject::startTimer: negative "
                                                            "intervals aren't allowed; .*1ms.*"));
    const bool replaces = qtMinorVersion() >= 10;
    Receiver receiver;
    QTest::ignoreMessage(QtWarningMsg, replaces ? replaced : refused);
    const int id = receiver.startTimer(-1);
    QCOMPARE(id > 0, replaces);
    const auto timers = dispatcher()->registeredTimers(&receiver);
    QCOMPARE(timers.size(), replaces ? 1 : 0);
    if (replaces)
        QCOMPARE(timers[0].interval, 1);
}

void tst_ContractIntervals::coarseTimersMeetOnSharedBoundaries_data()
{
    QTest::addColumn<int>("interval");
    QTest::addColumn<int>("step");
    QTest::newRow("24 ms: even ms") << 24 << 2;
    QTest::newRow("60 ms: 4 ms") << 60 << 4;
    QTest::newRow("530 ms: 25 ms") << 530 << 25;
    QTest::newRow("550 ms: 50 ms") << 550 << 50;
    QTest::newRow("10 s: 500 ms") << 10'000 << 500;
}

void tst_ContractIntervals::coarseTimersMeetOnSharedBoundaries()
{
    // Wherever between two boundaries they start, 5 % are enough to reach one.
    QFETCH(const int, interval);
    QFETCH(const int, step);
    Receiver receiver;
    for (int round = 0; round < 20; ++round) {
        const int id = receiver.startTimer(interval, Qt::CoarseTimer);
        QTRY_VERIFY(distanceFromMultiples(id, step) <= 1); // read without a pause, that is
        receiver.killTimer(id);
        QThread::usleep(300);
    }
}

void tst_ContractIntervals::coarseTimersThatMeetFireInOneCall()
{
    // Started within less than two milliseconds, they are due at one multiple of four, or two.
    Receiver receiver;
    QList<int> ids;
    QElapsedTimer elapsed;
    do {
        for (const int id : std::exchange(ids, { }))
            receiver.killTimer(id);
        elapsed.start();
        for (int i = 0; i < 8; ++i) {
            ids.append(receiver.startTimer(60, Qt::CoarseTimer));
            QThread::usleep(50);
        }
    } while (elapsed.elapsed() >= 2);
    receiver.onTimer([&](int id) { receiver.killTimer(id); });
    int calls = 0;
    while (receiver.timers().size() < ids.size()) {
        const auto before = receiver.timers().size();
        processEvents(Wait);
        calls += receiver.timers().size() > before;
    }
    QVERIFY2(calls <= 2, qPrintable(QString::number(calls)));
}

void tst_ContractIntervals::veryCoarseTimersMeetOnSeconds()
{
    Receiver receiver;
    const int id = receiver.startTimer(3400, Qt::VeryCoarseTimer);
    QVERIFY(distanceFromMultiples(id, 1000) <= 2);
    const int remaining = dispatcher()->remainingTime(id);
    QVERIFY(remaining > 2000 && remaining <= 4000);
}

void tst_ContractIntervals::aWaitIsNeverTooShort()
{
    // One that ends before the deadline is followed by another one.
    Receiver receiver;
    IterationCounter counter;
    receiver.startTimer(3, Qt::PreciseTimer);
    QVERIFY(waitUntil([&] { return receiver.timers().size() >= 10; }));
    counter.reset();
    const auto before = receiver.timers().size();
    while (receiver.timers().size() < before + 10)
        processEvents(Wait);
    QVERIFY2(counter.iterations() <= 14, qPrintable(QString::number(counter.iterations())));
}

void tst_ContractIntervals::aShortTimerTicksAsOftenAsItShould()
{
    // Never more than the time allows, whatever the machine does.
    Receiver receiver;
    QElapsedTimer elapsed;
    elapsed.start();
    receiver.startTimer(2, Qt::PreciseTimer);
    QVERIFY(waitUntil([&] { return receiver.timers().size() >= 20; }));
    QVERIFY(elapsed.nsecsElapsed() >= 20 * 2'000'000LL);
}

std::unique_ptr<QObject> Contract::createIntervals()
{
    return std::make_unique<tst_ContractIntervals>();
}

#include "contract_intervals.moc"
