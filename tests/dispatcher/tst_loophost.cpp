// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <attached.h>
#include <eventdispatcher.h>
#include <fakereadyqueue.h>
#include <iteration.h>
#include <receiver.h>
#include <runinthread.h>
#include <ticker.h>
#include <watchdog.h>

#include <QtCore/qthread.h>
#include <QtTest/qtest.h>

#include <filesystem>
#include <string>

#include <sys/eventfd.h>

using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

/// The eventfd of the dispatcher: the only one of this process.
int wakerDescriptor()
{
    for (const auto &entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code closed; // the iterator's own, by now
        if (std::filesystem::read_symlink(entry, closed) == "anon_inode:[eventfd]")
            return std::stoi(entry.path().filename().string());
    }
    return -1;
}

} // namespace

/// Ready queues, as a dispatcher serves them beside Qt's events.
class tst_LoopHost : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void handlesRunInOrderAndDoNotCount();
    void handlesRunAfterQtsEvents();
    void aDeadlineBoundsTheWait();
    void aDescriptorEndsTheWait();
    void aWakeUpFromAnotherThreadEndsTheWait();
    void aDetachedQueueCostsNothing();
    void detachesWithinItsOwnRun();
    void aNestedLoopServesTheSameQueue();
    void nestedLoopsReleaseAndRestoreInPairs();
    void eachThreadServesItsOwnQueue();
    void aQueueLosesItsHostWithTheThread();
    void aSlotMayDeleteAQueue();
    void aQueueTakesPartInAWaitThatMayBlock();
    void aQueueTakesNoPartWhereNothingBlocks();
    void aQueueHearsAfterTheWaitWhetherItsDescriptorIsReady();
    void aWakeUpThatComesTooLateDoesNotMakeWaitsSpin();
    void aQueueThatWantsATurnDoesNotPreventTheWait();
};

void tst_LoopHost::handlesRunInOrderAndDoNotCount()
{
    FakeReadyQueue queue;
    const Attached attached(queue);
    QList<int> order;
    for (int i = 0; i < 5; ++i)
        queue.callSoon([&order, i] { order.append(i); });
    QVERIFY(!processEvents());
    QCOMPARE(order, QList<int>({ 0, 1, 2, 3, 4 }));
}

void tst_LoopHost::handlesRunAfterQtsEvents()
{
    FakeReadyQueue queue;
    const Attached attached(queue);
    Receiver receiver;
    QStringList order;
    receiver.onEvent([&](int) { order.append(QStringLiteral("posted")); });
    receiver.onTimer([&](int) { order.append(QStringLiteral("timer")); });
    queue.callSoon([&] { order.append(QStringLiteral("handle")); });
    receiver.startTimer(0);
    receiver.post(1);
    processEvents();
    QCOMPARE(order.join(QLatin1Char(' ')), QStringLiteral("posted timer handle"));
}

void tst_LoopHost::aDeadlineBoundsTheWait()
{
    const Watchdog watchdog;
    FakeReadyQueue queue;
    const Attached attached(queue);
    IterationCounter counter;
    const TimePoint deadline = Clock::now() + 10ms;
    bool called = false;
    queue.callAt(deadline, [&] { called = true; });
    while (!called && !watchdog.hasBitten())
        processEvents(Wait);
    QVERIFY(Clock::now() >= deadline);
    QVERIFY(counter.iterations() <= 3);
    QVERIFY(!watchdog.hasBitten());
}

void tst_LoopHost::aDescriptorEndsTheWait()
{
    const Watchdog watchdog;
    FakeReadyQueue queue;
    const Attached attached(queue);
    Pipe pipe;
    int called = 0;
    queue.watch(pipe.readEnd(), [&] { called += pipe.drain(); });
    const Delayed writer(5ms, [&] { pipe.write(); });
    while (!called && !watchdog.hasBitten())
        processEvents(Wait);
    QCOMPARE(called, 1);
    QVERIFY(!processEvents());
    QCOMPARE(called, 1);
}

void tst_LoopHost::aWakeUpFromAnotherThreadEndsTheWait()
{
    const Watchdog watchdog;
    FakeReadyQueue queue;
    const Attached attached(queue);
    LoopHost *host = Attached::host();
    const Delayed other(5ms, [&] { host->wakeUp(); });
    QVERIFY(processEvents(Wait));
    QVERIFY(other.isDone());
    QVERIFY(!watchdog.hasBitten());
}

void tst_LoopHost::aDetachedQueueCostsNothing()
{
    FakeReadyQueue queue;
    Pipe pipe;
    pipe.write();
    int called = 0;
    queue.watch(pipe.readEnd(), [&] { ++called; });
    queue.callSoon([&] { ++called; });
    queue.callAt(Clock::now(), [&] { ++called; });
    {
        const Attached attached(queue);
    }
    IterationCounter counter;
    QTimer timer;
    timer.setSingleShot(true);
    timer.start(20ms);
    while (timer.isActive())
        processEvents(Wait);
    QVERIFY(counter.iterations() <= 5);
    QCOMPARE(called, 0);
    QCOMPARE(queue.waits(), 0);

    const Attached attached(queue); // nothing was lost
    QTRY_COMPARE(called, 3);
}

void tst_LoopHost::detachesWithinItsOwnRun()
{
    FakeReadyQueue queue;
    Attached::host()->attach(&queue);
    int called = 0;
    queue.callSoon([&] {
        ++called;
        Attached::host()->detach(&queue);
    });
    processEvents();
    queue.callSoon([&] { ++called; });
    processEvents();
    QCOMPARE(called, 1);
    QCOMPARE(queue.levels(), 0);
}

void tst_LoopHost::aNestedLoopServesTheSameQueue()
{
    FakeReadyQueue queue;
    const Attached attached(queue);
    const Ticker ticker;
    QStringList order;
    queue.callSoon([&] {
        QEventLoop loop;
        order.append(QStringLiteral("("));
        queue.callAt(Clock::now() + 10ms, [&] { loop.quit(); });
        loop.exec();
        order.append(QStringLiteral(")"));
    });
    queue.callSoon([&] { order.append(QStringLiteral("next")); });
    QTRY_COMPARE(order.size(), 3);
    QCOMPARE(order.join(QLatin1Char(' ')), QStringLiteral("( next )"));
    QVERIFY(ticker.ticks() > 0);
}

void tst_LoopHost::nestedLoopsReleaseAndRestoreInPairs()
{
    FakeReadyQueue queue;
    const Attached attached(queue);
    QList<int> levels;
    queue.callSoon([&] {
        levels.append(queue.levels());
        queue.callSoon([&] { levels.append(queue.levels()); });
        processEvents();
        levels.append(queue.levels());
    });
    processEvents();
    levels.append(queue.levels());
    QCOMPARE(levels, QList<int>({ 1, 2, 1, 0 }));
}

void tst_LoopHost::eachThreadServesItsOwnQueue()
{
    constexpr int Handles = 1000;
    std::vector<std::unique_ptr<QThread>> threads;
    std::atomic<int> called = 0;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back(QThread::create([&called] {
            FakeReadyQueue queue;
            const Attached attached(queue);
            QEventLoop loop;
            int left = Handles;
            const FakeReadyQueue::Callback next = [&] {
                ++called;
                --left ? queue.callSoon(next) : loop.quit();
            };
            queue.callSoon(next);
            loop.exec();
        }));
        threads.back()->setEventDispatcher(new EventDispatcher);
        threads.back()->start();
    }
    for (const auto &thread : threads)
        QVERIFY(thread->wait(10s));
    QCOMPARE(called, 3 * Handles);
}

void tst_LoopHost::aQueueLosesItsHostWithTheThread()
{
    FakeReadyQueue queue;
    QVERIFY(runInThread(new EventDispatcher, [&] { Attached::host()->attach(&queue); }));
    QCOMPARE(queue.hostsLost(), 1);
}

void tst_LoopHost::aSlotMayDeleteAQueue()
{
    auto queue = std::make_unique<FakeReadyQueue>();
    queue->dropLock();
    auto attached = std::make_unique<Attached>(*queue);
    Receiver receiver;
    receiver.onEvent([&](int) {
        attached.reset();
        queue.reset();
    });
    receiver.post(1);
    processEvents();
    QVERIFY(!queue);
}

void tst_LoopHost::aQueueTakesPartInAWaitThatMayBlock()
{
    FakeReadyQueue queue;
    const Attached attached(queue);
    const Watchdog watchdog;
    queue.shareWaits(5ms);
    const TimePoint begin = Clock::now();
    processEvents(Wait);
    QVERIFY(Clock::now() - begin >= 5ms);
    QCOMPARE(queue.waitsBegun(), 1);
    QVERIFY(queue.waitsEnded() == std::vector<bool>({ false }));
    QVERIFY(!watchdog.hasBitten());
}

void tst_LoopHost::aQueueTakesNoPartWhereNothingBlocks()
{
    FakeReadyQueue queue;
    const Attached attached(queue);
    queue.shareWaits(Forever);
    processEvents();
    queue.callSoon([] { });
    processEvents(Wait);
    QAbstractEventDispatcher::instance()->wakeUp();
    processEvents(Wait);
    Receiver receiver;
    const int timer = receiver.startTimer(0);
    processEvents(Wait);
    QCOMPARE(receiver.timers().size(), 1);
    receiver.killTimer(timer);
    Pipe pipe;
    queue.watch(pipe.readEnd(), [&] { pipe.drain(); });
    pipe.write();
    processEvents(Wait);
    QCOMPARE(queue.waitsBegun(), 0);
    QVERIFY(queue.waitsEnded().empty());
}

void tst_LoopHost::aQueueHearsAfterTheWaitWhetherItsDescriptorIsReady()
{
    FakeReadyQueue queue;
    const Attached attached(queue);
    const Watchdog watchdog;
    Pipe pipe;
    queue.watch(pipe.readEnd(), [&] { pipe.drain(); });
    queue.shareWaits(Forever, [&] { pipe.write(); });
    processEvents(Wait);
    QCOMPARE(queue.waitsBegun(), 1);
    QVERIFY(queue.waitsEnded() == std::vector<bool>({ true }));
    QVERIFY(!watchdog.hasBitten());
}

void tst_LoopHost::aWakeUpThatComesTooLateDoesNotMakeWaitsSpin()
{
    // Another thread may have seen that the loop sleeps, and write when it does not any more.
    FakeReadyQueue queue;
    const Attached attached(queue);
    queue.shareWaits(1ms);
    const int waker = wakerDescriptor();
    QVERIFY(waker >= 0);
    QCOMPARE(::eventfd_write(waker, 1), 0);
    for (int calls = 1; calls <= 3; ++calls) {
        const TimePoint begin = Clock::now();
        processEvents(Wait);
        QCOMPARE(queue.waitsBegun(), calls);
        QVERIFY(Clock::now() - begin >= 1ms);
    }
}

void tst_LoopHost::aQueueThatWantsATurnDoesNotPreventTheWait()
{
    FakeReadyQueue queue;
    const Attached attached(queue);
    const Watchdog watchdog;
    queue.wantTurns();
    processEvents();
    QCOMPARE(queue.runs(), 1);
    queue.shareWaits(5ms);
    const TimePoint begin = Clock::now();
    processEvents(Wait);
    QVERIFY(Clock::now() - begin >= 5ms);
    QCOMPARE(queue.runs(), 2);
    QVERIFY(!watchdog.hasBitten());
}

int main(int argc, char **argv)
{
    QCoreApplication::setEventDispatcher(new EventDispatcher);
    const QCoreApplication app(argc, argv);
    tst_LoopHost test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_loophost.moc"
