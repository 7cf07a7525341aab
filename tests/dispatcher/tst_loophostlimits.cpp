// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <attached.h>
#include <eventdispatcher.h>
#include <fakereadyqueue.h>
#include <iteration.h>
#include <receiver.h>
#include <ticker.h>
#include <watchdog.h>

#include <QtCore/qthread.h>
#include <QtTest/qtest.h>

using namespace QtAsyncio;
using namespace std::chrono_literals;

/// How far a ready queue may go, and what it may serve.
class tst_LoopHostLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void anExplicitCallRunsOneGeneration();
    void aWaitingCallRunsGenerationsUntilItIsTimeToPoll();
    void aBurstOfHandlesDoesNotKeepQtWaiting();
    void aChainOfHandlesDoesNotStarveQt();
    void qtsEventsDoNotStarveHandles();
    void excludedTimersAreExcludedForTheQueueToo();
    void excludedDescriptorsAreExcludedForTheQueueToo();
};

void tst_LoopHostLimits::anExplicitCallRunsOneGeneration()
{
    FakeReadyQueue queue;
    const Attached attached(queue);
    int generation = 0;
    const FakeReadyQueue::Callback next = [&] {
        ++generation;
        queue.callSoon(next);
    };
    queue.callSoon(next);
    for (int call = 1; call <= 3; ++call) {
        processEvents();
        QCOMPARE(generation, call);
    }
}

void tst_LoopHostLimits::aWaitingCallRunsGenerationsUntilItIsTimeToPoll()
{
    FakeReadyQueue queue;
    const Attached attached(queue);
    bool posted = false;
    Duration pollInterval = 0ns;
    Duration timeSlice = 0ns;
    const FakeReadyQueue::Callback next = [&] {
        pollInterval = queue.limits()->pollAgain - queue.limits()->begin;
        timeSlice = queue.limits()->yield - queue.limits()->begin;
        queue.callSoon(next);
        if (std::exchange(posted, true))
            return;
        Attached::host()->wakeUp(); // the same as if the time were over
        QVERIFY(queue.limits()->wakeUpPending);
    };
    queue.callSoon(next);
    processEvents(Wait);
    QCOMPARE(queue.generations(), 1);
    QVERIFY(pollInterval > 0ns);
    QVERIFY(timeSlice > pollInterval);
    QVERIFY(timeSlice <= 1ms); // a click has to wait for its end and for other things too
}

void tst_LoopHostLimits::aBurstOfHandlesDoesNotKeepQtWaiting()
{
    FakeReadyQueue queue;
    const Attached attached(queue);
    Receiver receiver;
    int called = 0;
    int calledBeforeTheEvent = -1;
    receiver.onEvent([&](int) { calledBeforeTheEvent = called; });
    for (int i = 0; i < 100; ++i) {
        queue.callSoon([&] {
            if (++called == 1)
                receiver.post(1);
            const TimePoint end = Clock::now() + 1ms;
            while (Clock::now() < end) { }
        });
    }
    QTRY_VERIFY(called == 100);
    QVERIFY(calledBeforeTheEvent > 0);
    QVERIFY(calledBeforeTheEvent < 5);
}

void tst_LoopHostLimits::aChainOfHandlesDoesNotStarveQt()
{
    FakeReadyQueue queue;
    const Attached attached(queue);
    const Ticker ticker;
    const FakeReadyQueue::Callback next = [&] { queue.callSoon(next); };
    queue.callSoon(next);
    QTRY_VERIFY(ticker.ticks() >= 5);
    QVERIFY(queue.generations() > 5);
}

void tst_LoopHostLimits::qtsEventsDoNotStarveHandles()
{
    FakeReadyQueue queue;
    const Attached attached(queue);
    Receiver receiver;
    receiver.onEvent([&](int number) { receiver.post(number); });
    receiver.post(1);
    receiver.startTimer(0);
    int called = 0;
    const FakeReadyQueue::Callback next = [&] {
        ++called;
        queue.callSoon(next);
    };
    queue.callSoon(next);
    QTRY_VERIFY(called >= 100);
}

void tst_LoopHostLimits::excludedTimersAreExcludedForTheQueueToo()
{
    const Watchdog watchdog;
    FakeReadyQueue queue;
    const Attached attached(queue);
    bool called = false;
    queue.callAt(Clock::now(), [&] { called = true; });
    LoopHost *host = Attached::host();
    const Delayed other(10ms, [&] { host->wakeUp(); });
    processEvents(Wait | QEventLoop::X11ExcludeTimers);
    QVERIFY(other.isDone()); // nothing else ended the wait
    QVERIFY(!called);
    bool timers = true;
    queue.callSoon([&] { timers = queue.limits()->timers; });
    processEvents(QEventLoop::X11ExcludeTimers);
    QVERIFY(!timers);
    QVERIFY(!called);
    QTRY_VERIFY(called);
}

void tst_LoopHostLimits::excludedDescriptorsAreExcludedForTheQueueToo()
{
    const Watchdog watchdog;
    FakeReadyQueue queue;
    const Attached attached(queue);
    Pipe pipe;
    pipe.write();
    int called = 0;
    queue.watch(pipe.readEnd(), [&] { called += pipe.drain(); });
    LoopHost *host = Attached::host();
    const Delayed other(10ms, [&] { host->wakeUp(); });
    processEvents(Wait | QEventLoop::ExcludeSocketNotifiers);
    QVERIFY(other.isDone());
    bool descriptors = true;
    queue.callSoon([&] { descriptors = queue.limits()->descriptors; });
    processEvents(QEventLoop::ExcludeSocketNotifiers);
    QVERIFY(!descriptors);
    QCOMPARE(called, 0);
    QTRY_COMPARE(called, 1);
}

int main(int argc, char **argv)
{
    QCoreApplication::setEventDispatcher(new EventDispatcher);
    const QCoreApplication app(argc, argv);
    tst_LoopHostLimits test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_loophostlimits.moc"
