// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <deadlinetimer.h>

#include <QtTest/qtest.h>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

bool isReadable(const DeadlineTimer &timer, int milliseconds = 0)
{
    pollfd request{ .fd = timer.descriptor(), .events = POLLIN, .revents = 0 };
    return ::poll(&request, 1, milliseconds) > 0;
}

} // namespace

class tst_DeadlineTimer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isSilentUntilItIsArmed();
    void isReadableFromItsDeadlineOn();
    void isReadableAtOnceIfTheDeadlineHasPassed();
    void anotherDeadlineTakesTheReportBack();
    void aForkedChildDoesNotShareIt();
};

void tst_DeadlineTimer::isSilentUntilItIsArmed()
{
    const DeadlineTimer timer;
    QVERIFY(!isReadable(timer));
}

void tst_DeadlineTimer::isReadableFromItsDeadlineOn()
{
    DeadlineTimer timer;
    const TimePoint deadline = Clock::now() + 5ms;
    timer.arm(deadline);
    QVERIFY(isReadable(timer, 5000));
    QVERIFY(Clock::now() >= deadline);
    QVERIFY(isReadable(timer)); // and stays so
    timer.activate();
    timer.arm(deadline);
    QVERIFY(isReadable(timer));
}

void tst_DeadlineTimer::isReadableAtOnceIfTheDeadlineHasPassed()
{
    DeadlineTimer timer;
    timer.arm(Clock::now() - 1h);
    QVERIFY(isReadable(timer));
    timer.arm(TimePoint{ }); // which the kernel would take for "never"
    QVERIFY(isReadable(timer));
}

void tst_DeadlineTimer::anotherDeadlineTakesTheReportBack()
{
    DeadlineTimer timer;
    timer.arm(Clock::now() - 1h);
    timer.arm(Clock::now() + 1h);
    QVERIFY(!isReadable(timer));
    timer.arm(Clock::now() - 1h);
    timer.arm(Never);
    QVERIFY(!isReadable(timer));
}

void tst_DeadlineTimer::aForkedChildDoesNotShareIt()
{
    DeadlineTimer timer;
    timer.arm(Clock::now() + 1h);
    const pid_t child = ::fork();
    if (child == 0) {
        timer.reopen();
        timer.arm(Clock::now() - 1h);
        ::_exit(isReadable(timer) ? 0 : 1);
    }
    int status = -1;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QCOMPARE(status, 0);
    QVERIFY(!isReadable(timer));
}

QTEST_APPLESS_MAIN(tst_DeadlineTimer)
#include "tst_deadlinetimer.moc"
