// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <checkschedule.h>

#include <QtTest/qtest.h>

using namespace QtAsyncio;
using namespace std::chrono_literals;

class tst_CheckSchedule : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void upTo64AreCheckedInEachIteration();
    void aBusyLoopSpendsAHundredth();
    void whatABusyLoopLeavesOutIsDueSoon();
    void moreThan64HaveTheirTurnWithinASecond_data();
    void moreThan64HaveTheirTurnWithinASecond();
    void nothingIsDueWithoutDescriptors();

private:
    TimePoint m_now = Clock::now();
};

void tst_CheckSchedule::upTo64AreCheckedInEachIteration()
{
    CheckSchedule schedule;
    for (const int watched : { 1, 64 }) {
        for (int iteration = 0; iteration < 100; ++iteration) {
            m_now += 10ms;
            schedule.begin(std::size_t(watched));
            QCOMPARE(schedule.take(m_now), watched);
            QCOMPARE(schedule.next(), Never);
        }
    }
    m_now += 10ms;
    for (int call = 0; call < 60; ++call) { // too few in a row for a busy loop
        schedule.begin(64);
        QCOMPARE(schedule.take(m_now), 64);
    }
}

void tst_CheckSchedule::aBusyLoopSpendsAHundredth()
{
    CheckSchedule schedule;
    int checks = 0;
    for (int iteration = 0; iteration < 1'000'000; ++iteration) {
        m_now += 1us;
        schedule.begin(10);
        checks += schedule.take(m_now);
    }
    QVERIFY(checks > 20'000 && checks < 35'000); // of half a microsecond, within a second
}

void tst_CheckSchedule::whatABusyLoopLeavesOutIsDueSoon()
{
    CheckSchedule schedule;
    int taken = 64;
    while (taken > 0) {
        schedule.begin(64);
        taken = schedule.take(m_now);
    }
    QVERIFY(schedule.next() > m_now);
    QVERIFY(schedule.next() <= m_now + 4ms);
    QCOMPARE(schedule.take(schedule.next() - 1ns), 0);
    QCOMPARE(schedule.take(schedule.next()), 64);
    QCOMPARE(schedule.next(), Never);
}

void tst_CheckSchedule::moreThan64HaveTheirTurnWithinASecond_data()
{
    QTest::addColumn<int>("watched");
    QTest::newRow("65") << 65;
    QTest::newRow("1,000") << 1'000;
    QTest::newRow("10,000") << 10'000;
}

void tst_CheckSchedule::moreThan64HaveTheirTurnWithinASecond()
{
    QFETCH(const int, watched);
    CheckSchedule schedule;
    schedule.begin(std::size_t(watched));
    const TimePoint begin = m_now;
    int checks = schedule.take(m_now);
    while (schedule.next() != Never) { // a wait that nothing else ends
        m_now = schedule.next();
        const int more = schedule.take(m_now);
        QVERIFY(more <= 64);
        checks += more;
    }
    QCOMPARE(checks, watched);
    QVERIFY(m_now - begin <= 1s);
}

void tst_CheckSchedule::nothingIsDueWithoutDescriptors()
{
    CheckSchedule schedule;
    schedule.begin(0);
    QCOMPARE(schedule.take(m_now), 0);
    QCOMPARE(schedule.next(), Never);
}

QTEST_APPLESS_MAIN(tst_CheckSchedule)

#include "tst_checkschedule.moc"
