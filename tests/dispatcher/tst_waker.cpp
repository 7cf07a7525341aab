// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <poller.h>
#include <waker.h>

#include <QtTest/qtest.h>

#include <atomic>
#include <thread>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

bool isReadable(const Waker &waker)
{
    pollfd request{ .fd = waker.descriptor(), .events = POLLIN, .revents = 0 };
    return ::poll(&request, 1, 0) > 0;
}

} // namespace

class tst_Waker : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isTakenOnce();
    void manyWakeUpsAreOne();
    void aBusyLoopIsWokenWithoutTheDescriptor();
    void aSleepingLoopIsWokenThroughTheDescriptor();
    void doesNotSleepWhileAWakeUpIsPending();
    void waitEndsAtItsTimeout();
    void losesNoWakeUp_data();
    void losesNoWakeUp();
    void aForkedChildDoesNotShareIt();
};

void tst_Waker::isTakenOnce()
{
    Waker waker;
    QVERIFY(!waker.isPending());
    QVERIFY(!waker.take());
    waker.wakeUp();
    QVERIFY(waker.isPending());
    QVERIFY(waker.take());
    QVERIFY(!waker.isPending());
    QVERIFY(!waker.take());
}

void tst_Waker::manyWakeUpsAreOne()
{
    Waker waker;
    for (int i = 0; i < 1000; ++i)
        waker.wakeUp();
    QVERIFY(waker.take());
    QVERIFY(!waker.take());
}

void tst_Waker::aBusyLoopIsWokenWithoutTheDescriptor()
{
    Waker waker;
    waker.wakeUp();
    QVERIFY(!isReadable(waker));
}

void tst_Waker::aSleepingLoopIsWokenThroughTheDescriptor()
{
    Waker waker;
    QVERIFY(waker.prepareToSleep());
    waker.wakeUp();
    QVERIFY(isReadable(waker));
    QVERIFY(waker.wait(Forever));
    QVERIFY(waker.take());
    QVERIFY(isReadable(waker)); // nobody has read it
    waker.drain();
    QVERIFY(!isReadable(waker));
    waker.drain();
    QVERIFY(!isReadable(waker));
}

void tst_Waker::doesNotSleepWhileAWakeUpIsPending()
{
    Waker waker;
    waker.wakeUp();
    QVERIFY(!waker.prepareToSleep());
    QVERIFY(waker.take());
    QVERIFY(waker.prepareToSleep());
    QVERIFY(!waker.take());
}

void tst_Waker::waitEndsAtItsTimeout()
{
    Waker waker;
    const TimePoint begin = Clock::now();
    QVERIFY(!waker.wait(3ms));
    QVERIFY(Clock::now() - begin >= 3ms);
    QVERIFY(!waker.wait(0s));
}

void tst_Waker::losesNoWakeUp_data()
{
    QTest::addColumn<bool>("polled");
    QTest::newRow("by itself, emptied before each wait") << false;
    QTest::newRow("by a poller, never emptied") << true;
}

void tst_Waker::losesNoWakeUp()
{
    // Each side waits for the other's answer: one lost wake-up, and the wait reaches its limit.
    constexpr int Rounds = 5000;
    QFETCH(const bool, polled);
    Waker waker;
    Poller poller;
    poller.watch(waker.descriptor(), Read | Edge);
    std::atomic<int> asked = 0;
    std::atomic<int> answered = 0;
    std::thread other([&] {
        for (int round = 1; round <= Rounds; ++round) {
            asked.store(round);
            waker.wakeUp();
            answered.wait(round - 1);
        }
    });
    bool lost = false;
    for (int round = 1; round <= Rounds; ++round) {
        while (asked.load() < round && !lost) {
            if (!polled)
                waker.drain();
            const bool sleeps = waker.prepareToSleep();
            const Duration timeout = sleeps ? Duration(10s) : Duration(0s);
            const bool reported = polled ? !poller.wait(timeout).empty() : waker.wait(timeout);
            lost = sleeps && !reported;
            waker.take();
        }
        answered.store(round);
        answered.notify_one();
    }
    other.join();
    QVERIFY(!lost);
}

void tst_Waker::aForkedChildDoesNotShareIt()
{
    Waker waker;
    QVERIFY(waker.prepareToSleep());
    const pid_t child = ::fork();
    if (child == 0) {
        const int number = waker.descriptor();
        waker.reopen();
        waker.wakeUp();
        ::_exit(waker.descriptor() == number && isReadable(waker) ? 0 : 1);
    }
    int status = -1;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QCOMPARE(status, 0);
    QVERIFY(!isReadable(waker));
}

QTEST_APPLESS_MAIN(tst_Waker)
#include "tst_waker.moc"
