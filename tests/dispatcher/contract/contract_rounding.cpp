// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"

#include <receiver.h>

#include <QtTest/qtest.h>

#include <utility>

using namespace Contract;
using namespace QtAsyncio;
using namespace std::chrono;
using namespace std::chrono_literals;

namespace {

using Time = steady_clock::time_point;

/// The times between which a timer is due, as far as it can be told in milliseconds.
struct Span
{
    Time after;
    Time until;

    bool contains(Time time) const { return after < time && time <= until; }
    /// Whether a multiple of \a step of the monotonic clock lies within.
    bool reaches(milliseconds step) const
    {
        return contains(until - until.time_since_epoch() % step);
    }
};

Span deadlineOf(int id)
{
    const Time before = steady_clock::now();
    const milliseconds remaining(QAbstractEventDispatcher::instance()->remainingTime(id));
    return { before + remaining - 1ms, steady_clock::now() + remaining };
}

/// Measures once more where the machine stood still meanwhile: timers that are due by then have no
/// remaining time to tell, and two that were started one after the other are too far apart.
template <typename Measure> auto atOneMoment(Measure measure)
{
    while (true) {
        const Time before = steady_clock::now();
        const auto result = measure();
        if (steady_clock::now() - before < 1ms)
            return result;
    }
}

} // namespace

/// The boundaries of the monotonic clock on which timers of all programs meet.
class tst_ContractRounding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void timersBelow50MillisecondsMeetOnEvenOnes();
    void timersBelow100MillisecondsMeetOnMultiplesOfFour();
    void fullSecondsArePreferredToTheirParts();
    void aVeryCoarseTimerStartedLateInASecondIsNotEarly();
};

void tst_ContractRounding::timersBelow50MillisecondsMeetOnEvenOnes()
{
    Receiver receiver;
    for (int interval = 21; interval < 50; ++interval) {
        if (interval % 25 == 0)
            continue; // counts among the longer ones
        const Span due = atOneMoment(
                [&] { return deadlineOf(receiver.startTimer(interval, Qt::CoarseTimer)); });
        QVERIFY2(due.reaches(2ms), qPrintable(QString::number(interval)));
    }
}

void tst_ContractRounding::timersBelow100MillisecondsMeetOnMultiplesOfFour()
{
    Receiver receiver;
    for (int interval = 51; interval < 100; ++interval) {
        if (interval % 25 == 0)
            continue;
        const Span due = atOneMoment(
                [&] { return deadlineOf(receiver.startTimer(interval, Qt::CoarseTimer)); });
        QVERIFY2(due.reaches(4ms), qPrintable(QString::number(interval)));
    }
}

void tst_ContractRounding::fullSecondsArePreferredToTheirParts()
{
    // Intervals for which every 25 ms of a second would do, and which end all over it.
    Receiver receiver;
    int preferred = 0;
    for (int interval = 1025; interval < 2025; interval += 50) {
        const auto [exact, due] = atOneMoment([&] {
            return std::pair(deadlineOf(receiver.startTimer(interval, Qt::PreciseTimer)),
                             deadlineOf(receiver.startTimer(interval, Qt::CoarseTimer)));
        });
        QVERIFY2(due.reaches(25ms), qPrintable(QString::number(interval)));
        const milliseconds tolerance(interval / 20);
        if (!Span{ exact.until - tolerance, exact.after + tolerance }.reaches(1000ms))
            continue;
        QVERIFY2(due.reaches(1000ms), qPrintable(QString::number(interval)));
        ++preferred;
    }
    QVERIFY(preferred > 0);
}

void tst_ContractRounding::aVeryCoarseTimerStartedLateInASecondIsNotEarly()
{
    const auto partOfSecond = [] { return steady_clock::now().time_since_epoch() % 1s; };
    Receiver receiver;
    int remaining = 0;
    QVERIFY(waitUntil([&] {
        const auto before = partOfSecond();
        if (before < 600ms)
            return false;
        const int id = receiver.startTimer(3000, Qt::VeryCoarseTimer);
        remaining = QAbstractEventDispatcher::instance()->remainingTime(id);
        return partOfSecond() > before; // else the next second has come meanwhile
    }));
    QVERIFY2(remaining > 2900, qPrintable(QString::number(remaining)));
}

std::unique_ptr<QObject> Contract::createRounding()
{
    return std::make_unique<tst_ContractRounding>();
}

#include "contract_rounding.moc"
