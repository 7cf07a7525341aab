// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <timerrounding.h>

#include <QtTest/qtest.h>

using namespace QtAsyncio;
using namespace std::chrono;
using namespace std::chrono_literals;
using Milliseconds = std::chrono::milliseconds;

namespace {

constexpr TimePoint Zero = TimePoint{ } + hours(100);

/// How far a coarse timer may be off: 5 %, or one step of the grid for short ones.
Milliseconds tolerance(Milliseconds interval)
{
    const Milliseconds step = interval < 50ms ? 2ms : interval < 100ms ? 4ms : 0ms;
    return std::max(step, interval / 20);
}

} // namespace

class tst_TimerRounding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void effectiveTypeAndInterval_data();
    void effectiveTypeAndInterval();
    void preciseTimersAreExact();
    void coarseDeadline_data();
    void coarseDeadline();
    void coarseDeadlinesStayWithinTheirTolerance_data();
    void coarseDeadlinesStayWithinTheirTolerance();
    void coarseTimersMeetOnSharedBoundaries();
    void veryCoarseDeadline_data();
    void veryCoarseDeadline();
    void keepsThePhase();
    void doesNotCatchUpOnMissedRounds_data();
    void doesNotCatchUpOnMissedRounds();
    void noDeadlineIsInThePast();
    void hugeIntervalsDoNotOverflow_data();
    void hugeIntervalsDoNotOverflow();
};

void tst_TimerRounding::effectiveTypeAndInterval_data()
{
    QTest::addColumn<Qt::TimerType>("type");
    QTest::addColumn<Duration>("interval");
    QTest::addColumn<Qt::TimerType>("effectiveType");
    QTest::addColumn<Duration>("effectiveInterval");
    const auto row = [](const char *name, Qt::TimerType type, Duration interval,
                        Qt::TimerType effectiveType, Duration effectiveInterval) {
        QTest::newRow(name) << type << interval << effectiveType << effectiveInterval;
    };
    row("precise", Qt::PreciseTimer, 7ms, Qt::PreciseTimer, 7ms);
    row("precise and long", Qt::PreciseTimer, 30s, Qt::PreciseTimer, 30s);
    row("precise, not of whole milliseconds", Qt::PreciseTimer, 250us, Qt::PreciseTimer, 250us);
    row("coarse, zero", Qt::CoarseTimer, 0ms, Qt::PreciseTimer, 0ms);
    row("coarse, 20 ms", Qt::CoarseTimer, 20ms, Qt::PreciseTimer, 20ms);
    row("coarse, 21 ms", Qt::CoarseTimer, 21ms, Qt::CoarseTimer, 21ms);
    row("coarse, a nanosecond more than 20 ms", Qt::CoarseTimer, 20ms + 1ns, Qt::CoarseTimer,
        20ms + 1ns);
    row("coarse, 19,999 ms", Qt::CoarseTimer, 19'999ms, Qt::CoarseTimer, 19'999ms);
    row("coarse, 20 s", Qt::CoarseTimer, 20s, Qt::VeryCoarseTimer, 20s);
    row("coarse, 20,500 ms", Qt::CoarseTimer, 20'500ms, Qt::VeryCoarseTimer, 21s);
    row("very coarse, half a second", Qt::VeryCoarseTimer, 500ms, Qt::VeryCoarseTimer, 1s);
    row("very coarse, less than half", Qt::VeryCoarseTimer, 499ms, Qt::VeryCoarseTimer, 0ms);
    row("very coarse, 1,499 ms", Qt::VeryCoarseTimer, 1499ms, Qt::VeryCoarseTimer, 1s);
    row("very coarse, 1,500 ms", Qt::VeryCoarseTimer, 1500ms, Qt::VeryCoarseTimer, 2s);
}

void tst_TimerRounding::effectiveTypeAndInterval()
{
    QFETCH(const Qt::TimerType, type);
    QFETCH(const Duration, interval);
    const Qt::TimerType effective = TimerRounding::effectiveType(type, interval);
    QTEST(effective, "effectiveType");
    QTEST(TimerRounding::effectiveInterval(effective, interval), "effectiveInterval");
}

void tst_TimerRounding::preciseTimersAreExact()
{
    for (const Duration interval : { 0ns, 1ns, 250'500ns, Duration(1ms), Duration(333ms) }) {
        const TimePoint now = Zero + 123456789ns;
        QCOMPARE(TimerRounding::firstDeadline(Qt::PreciseTimer, interval, now), now + interval);
        QCOMPARE(TimerRounding::nextDeadline(Qt::PreciseTimer, interval, now, now), now + interval);
    }
}

void tst_TimerRounding::coarseDeadline_data()
{
    QTest::addColumn<Milliseconds>("now");
    QTest::addColumn<Milliseconds>("interval");
    QTest::addColumn<Milliseconds>("expected");
    const auto row = [](const char *name, Milliseconds now, Milliseconds interval,
                        Milliseconds expected) {
        QTest::newRow(name) << now << interval << expected;
    };
    row("21 ms, down to even", 0ms, 21ms, 20ms);
    row("21 ms, up towards 50", 8ms, 21ms, 30ms);
    row("21 ms, an odd quotient stays", 12ms, 23ms, 34ms);
    row("60 ms, down to a multiple of 4", 303ms, 60ms, 364ms);
    row("60 ms, down in the lower half", 250ms, 60ms, 308ms);
    row("25 ms reaches no boundary", 100ms, 25ms, 125ms);
    row("75 ms, to a boundary of 25 ms", 102ms, 75ms, 175ms);
    row("100 ms, to a full second", 903ms, 100ms, 1000ms);
    row("100 ms, to a full hundred", 304ms, 100ms, 400ms);
    row("130 ms, boundary of 25 ms", 300ms, 130ms, 425ms);
    row("200 ms, to 400", 207ms, 200ms, 400ms);
    row("200 ms, only as far as 5 %", 250ms, 200ms, 440ms);
    row("250 ms, to 750", 505ms, 250ms, 750ms);
    row("500 ms, to 500", 1020ms, 500ms, 1500ms);
    row("500 ms, towards 1,500 ms as far as 5 %", 900ms, 500ms, 1425ms);
    row("1 s, to a full second", 40ms, 1000ms, 1000ms);
    row("1,050 ms, boundary of 50 ms", 130ms, 1050ms, 1200ms);
    row("5 s, towards a full second", 700ms, 5000ms, 6000ms - 50ms);
    row("10 s, to a full second", 600ms, 10'000ms, 11'000ms);
}

void tst_TimerRounding::coarseDeadline()
{
    QFETCH(const Milliseconds, now);
    QFETCH(const Milliseconds, interval);
    const auto deadline = TimerRounding::firstDeadline(Qt::CoarseTimer, interval, Zero + now);
    QTEST(duration_cast<Milliseconds>(deadline - Zero), "expected");
}

void tst_TimerRounding::coarseDeadlinesStayWithinTheirTolerance_data()
{
    QTest::addColumn<Milliseconds>("interval");
    for (const int ms :
         { 21,  22,  25,  33,  49,  50,   51,   75,   77,   99,   100,  101,    125,   150,
           200, 250, 333, 500, 750, 1000, 1234, 2000, 4999, 5000, 7500, 10'000, 19'999 })
        QTest::addRow("%d ms", ms) << Milliseconds(ms);
}

void tst_TimerRounding::coarseDeadlinesStayWithinTheirTolerance()
{
    QFETCH(const Milliseconds, interval);
    for (Duration phase = 0ns; phase < 1s; phase += 777'777ns) {
        const TimePoint now = Zero + phase;
        const TimePoint exact = now + interval;
        const TimePoint deadline = TimerRounding::firstDeadline(Qt::CoarseTimer, interval, now);
        // Boundaries are full milliseconds: what is above one is cut off.
        QCOMPARE(floor<milliseconds>(deadline), deadline);
        QVERIFY(deadline > exact - tolerance(interval) - 1ms);
        QVERIFY(deadline <= exact + tolerance(interval));
    }
}

void tst_TimerRounding::coarseTimersMeetOnSharedBoundaries()
{
    // Started anywhere in 40 ms, all of them are due at one moment.
    for (Milliseconds begin = 780ms; begin <= 820ms; ++begin) {
        QCOMPARE(TimerRounding::firstDeadline(Qt::CoarseTimer, 1200ms, Zero + begin), Zero + 2s);
        QCOMPARE(TimerRounding::firstDeadline(Qt::CoarseTimer, 2200ms, Zero + begin), Zero + 3s);
    }
}

void tst_TimerRounding::veryCoarseDeadline_data()
{
    QTest::addColumn<Milliseconds>("now");
    QTest::addColumn<Milliseconds>("expected");
    QTest::newRow("on the second") << Milliseconds(0) << Milliseconds(20'000);
    QTest::newRow("before the half") << Milliseconds(499) << Milliseconds(20'000);
    QTest::newRow("on the half") << Milliseconds(500) << Milliseconds(20'000);
    QTest::newRow("past the half") << Milliseconds(501) << Milliseconds(21'000);
}

void tst_TimerRounding::veryCoarseDeadline()
{
    QFETCH(const Milliseconds, now);
    const auto deadline = TimerRounding::firstDeadline(Qt::VeryCoarseTimer, 20s, Zero + now);
    QTEST(duration_cast<Milliseconds>(deadline - Zero), "expected");
}

void tst_TimerRounding::keepsThePhase()
{
    // A timer that is served late is due when it would have been due anyway.
    const TimePoint deadline = Zero + 5ms;
    QCOMPARE(TimerRounding::nextDeadline(Qt::PreciseTimer, 10ms, deadline, deadline + 9ms),
             deadline + 10ms);
    QCOMPARE(TimerRounding::nextDeadline(Qt::PreciseTimer, 10ms, deadline, deadline + 10ms),
             deadline + 10ms);
    QCOMPARE(TimerRounding::nextDeadline(Qt::CoarseTimer, 1000ms, Zero, Zero + 400ms), Zero + 1s);
    QCOMPARE(TimerRounding::nextDeadline(Qt::VeryCoarseTimer, 20s, Zero, Zero + 3s), Zero + 20s);
}

void tst_TimerRounding::doesNotCatchUpOnMissedRounds_data()
{
    QTest::addColumn<Qt::TimerType>("type");
    QTest::addColumn<Milliseconds>("interval");
    QTest::addColumn<Milliseconds>("expected"); // after the deadline
    QTest::newRow("precise") << Qt::PreciseTimer << Milliseconds(10) << Milliseconds(100'410);
    QTest::newRow("coarse") << Qt::CoarseTimer << Milliseconds(1000) << Milliseconds(101'450);
    QTest::newRow("very coarse") << Qt::VeryCoarseTimer << Milliseconds(20'000)
                                 << Milliseconds(120'000);
}

void tst_TimerRounding::doesNotCatchUpOnMissedRounds()
{
    QFETCH(const Qt::TimerType, type);
    QFETCH(const Milliseconds, interval);
    const auto next = TimerRounding::nextDeadline(type, interval, Zero, Zero + 100'400ms);
    QTEST(duration_cast<Milliseconds>(next - Zero), "expected");
}

void tst_TimerRounding::noDeadlineIsInThePast()
{
    // TimerQueue relies on it: what has fired goes behind everything that is due.
    for (const Qt::TimerType type : { Qt::PreciseTimer, Qt::CoarseTimer, Qt::VeryCoarseTimer }) {
        for (const Duration requested :
             { 0ns, 1ns, 1'000'000ns, 20'000'000ns, 20'000'001ns, 60'000'000ns, 400'000'000ns,
               600'000'000ns, 5'000'000'000ns }) {
            const Qt::TimerType effective = TimerRounding::effectiveType(type, requested);
            const auto interval = TimerRounding::effectiveInterval(effective, requested);
            for (Duration phase = 0ns; phase < 1s; phase += 7'777'777ns) {
                const TimePoint now = Zero + phase;
                QVERIFY(TimerRounding::firstDeadline(effective, interval, now) >= now);
                for (const Duration late : { 0ns, 1ns, 5'000'000ns, 3'000'000'000ns })
                    QVERIFY(TimerRounding::nextDeadline(effective, interval, now - late, now)
                            >= now);
            }
        }
    }
}

void tst_TimerRounding::hugeIntervalsDoNotOverflow_data()
{
    QTest::addColumn<Qt::TimerType>("type");
    QTest::newRow("precise") << Qt::PreciseTimer;
    QTest::newRow("coarse") << Qt::CoarseTimer;
    QTest::newRow("very coarse") << Qt::VeryCoarseTimer;
}

void tst_TimerRounding::hugeIntervalsDoNotOverflow()
{
    QFETCH(const Qt::TimerType, type);
    const TimePoint now = Zero + 900ms;
    constexpr Duration manyYears = hours(24) * 365 * 250;
    for (const Duration huge : { Duration::max(), Duration::max() - 1ns, manyYears }) {
        const Qt::TimerType effective = TimerRounding::effectiveType(type, huge);
        const Duration interval = TimerRounding::effectiveInterval(effective, huge);
        QVERIFY(interval > huge / 2);
        const TimePoint first = TimerRounding::firstDeadline(effective, interval, now);
        QVERIFY(first > now + hours(24 * 365 * 100));
        QVERIFY(first < Never);
        const TimePoint next = TimerRounding::nextDeadline(effective, interval, first, now);
        QVERIFY(next >= first);
        QVERIFY(next < Never);
    }
}

QTEST_APPLESS_MAIN(tst_TimerRounding)
#include "tst_timerrounding.moc"
