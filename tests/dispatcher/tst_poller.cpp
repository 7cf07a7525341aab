// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <pipe.h>
#include <poller.h>
#include <readiness.h>

#include <QtTest/qtest.h>

#include <csignal>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace QtAsyncio;
using namespace std::chrono_literals;

class tst_Poller : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reportsWhatIsReadyUntilItIsNot();
    void reportsOnlyWhatIsWanted();
    void reportsEachEdgeOnce();
    void forgetsWhatIsUnwatched();
    void aHangUpIsNewsForEveryInterest();
    void neverWaitsLessThanItsTimeout_data();
    void neverWaitsLessThanItsTimeout();
    void aSignalDoesNotEndTheWait();
    void reportsMoreThanOneBatch();
    void commitTellsTheError();
    void watchesNothingWhenClosed();
    void aForkedChildLeavesTheParentAlone();
};

void tst_Poller::reportsWhatIsReadyUntilItIsNot()
{
    Poller poller;
    Pipe pipe;
    poller.watch(pipe.readEnd(), Read);
    QCOMPARE(readiness(poller, pipe.readEnd()), NoInterest);
    pipe.write();
    QCOMPARE(readiness(poller, pipe.readEnd()), Read);
    QCOMPARE(readiness(poller, pipe.readEnd()), Read);
    pipe.drain();
    QCOMPARE(readiness(poller, pipe.readEnd()), NoInterest);
}

void tst_Poller::reportsOnlyWhatIsWanted()
{
    Poller poller;
    Pipe pipe(Pipe::Kind::SocketPair);
    pipe.write();
    poller.watch(pipe.readEnd(), Write);
    QCOMPARE(readiness(poller, pipe.readEnd()), Write);
    poller.watch(pipe.readEnd(), Read | Write);
    QCOMPARE(readiness(poller, pipe.readEnd()), Read | Write);
    poller.watch(pipe.readEnd(), Exception);
    QCOMPARE(readiness(poller, pipe.readEnd()), NoInterest);
}

void tst_Poller::reportsEachEdgeOnce()
{
    Poller poller;
    Pipe pipe;
    poller.watch(pipe.readEnd(), Read | Edge);
    for (int i = 0; i < 3; ++i) { // what came before is still there
        pipe.write();
        QCOMPARE(readiness(poller, pipe.readEnd()), Read);
        QCOMPARE(readiness(poller, pipe.readEnd()), NoInterest);
        poller.check(1);
        QVERIFY(!poller.hasInvalid());
        QCOMPARE(readiness(poller, pipe.readEnd()), NoInterest);
    }
}

void tst_Poller::forgetsWhatIsUnwatched()
{
    Poller poller;
    Pipe pipe;
    pipe.write();
    poller.watch(pipe.readEnd(), Read);
    QCOMPARE(readiness(poller, pipe.readEnd()), Read);
    poller.watch(pipe.readEnd(), NoInterest);
    QVERIFY(poller.wait(0s).empty());
    poller.watch(pipe.readEnd(), Read);
    QCOMPARE(readiness(poller, pipe.readEnd()), Read);
}

void tst_Poller::aHangUpIsNewsForEveryInterest()
{
    Poller poller;
    Pipe pipe(Pipe::Kind::SocketPair);
    poller.watch(pipe.readEnd(), Exception);
    QCOMPARE(readiness(poller, pipe.readEnd()), NoInterest);
    pipe.closeWriteEnd();
    QCOMPARE(readiness(poller, pipe.readEnd()), Exception);
    poller.watch(pipe.readEnd(), Read | Write | Exception);
    QCOMPARE(readiness(poller, pipe.readEnd()), Read | Write | Exception);
}

void tst_Poller::neverWaitsLessThanItsTimeout_data()
{
    QTest::addColumn<Duration>("timeout");
    QTest::newRow("nothing") << Duration(0ns);
    QTest::newRow("one nanosecond") << Duration(1ns);
    QTest::newRow("less than a millisecond") << Duration(300us);
    QTest::newRow("milliseconds and a bit") << Duration(3ms + 1ns);
    QTest::newRow("many milliseconds") << Duration(20ms);
}

void tst_Poller::neverWaitsLessThanItsTimeout()
{
    QFETCH(const Duration, timeout);
    Poller poller;
    const TimePoint begin = Clock::now();
    QVERIFY(poller.wait(timeout).empty());
    const Duration taken = Clock::now() - begin;
    QVERIFY(taken >= timeout);
    QVERIFY(taken < 5s);
}

void tst_Poller::aSignalDoesNotEndTheWait()
{
    // The timer of the process interrupts the wait every 5 ms.
    struct sigaction action = { };
    action.sa_handler = [](int) { };
    QCOMPARE(::sigaction(SIGALRM, &action, nullptr), 0);
    const itimerval often{ .it_interval = { 0, 5000 }, .it_value = { 0, 5000 } };
    QCOMPARE(::setitimer(ITIMER_REAL, &often, nullptr), 0);

    Poller poller;
    const TimePoint begin = Clock::now();
    poller.wait(40ms);
    const Duration taken = Clock::now() - begin;

    const itimerval never{ };
    QCOMPARE(::setitimer(ITIMER_REAL, &never, nullptr), 0);
    QVERIFY(taken >= 40ms);
    QVERIFY(taken < 5s);
}

void tst_Poller::reportsMoreThanOneBatch()
{
    Poller poller;
    std::vector<Pipe> pipes(200);
    for (Pipe &pipe : pipes) {
        poller.watch(pipe.readEnd(), Read);
        pipe.write();
    }
    // A batch that was full makes the next one larger; whoever was told makes room.
    std::size_t told = 0;
    for (int round = 0; round < 10 && told < pipes.size(); ++round) {
        for (const ReadyDescriptor &ready : poller.wait(0s)) {
            poller.watch(ready.descriptor, NoInterest);
            ++told;
        }
    }
    QCOMPARE(told, pipes.size());
}

void tst_Poller::commitTellsTheError()
{
    Poller poller;
    Pipe pipe;
    const int number = pipe.readEnd();
    poller.watch(number, Read);
    QCOMPARE(poller.commit(number), 0);
    poller.watch(number, NoInterest);
    QCOMPARE(poller.commit(number), 0);
    pipe.closeReadEnd();
    poller.watch(number, Read);
    QCOMPARE(poller.commit(number), EBADF);
}

void tst_Poller::watchesNothingWhenClosed()
{
    Poller poller;
    Pipe pipe;
    pipe.write();
    poller.watch(pipe.readEnd(), Read);
    const int descriptor = poller.descriptor();
    poller.close();
    QCOMPARE(::fcntl(descriptor, F_GETFD), -1);
    QCOMPARE(poller.descriptor(), -1);
    poller.watch(pipe.readEnd(), Read);
    QCOMPARE(poller.commit(pipe.readEnd()), EBADF);
    QVERIFY(poller.wait(Duration::zero()).empty());
    poller.close();
}

void tst_Poller::aForkedChildLeavesTheParentAlone()
{
    Poller poller;
    Pipe pipe;
    poller.watch(pipe.readEnd(), Read);
    poller.wait(0s);

    const pid_t child = ::fork();
    if (child == 0) {
        poller.watch(pipe.readEnd(), NoInterest);
        poller.wait(0s);
        ::_exit(0);
    }
    int status = -1;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QCOMPARE(status, 0);
    pipe.write();
    QCOMPARE(readiness(poller, pipe.readEnd()), Read);
}

QTEST_GUILESS_MAIN(tst_Poller)
#include "tst_poller.moc"
