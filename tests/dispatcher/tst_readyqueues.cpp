// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <descriptortable.h>
#include <fakereadyqueue.h>
#include <readyqueues.h>

#include <QtTest/qtest.h>

using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint Zero = TimePoint{ } + 100h;

} // namespace

class tst_ReadyQueues : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void runsOnlyThoseThatWantIt();
    void theEarliestOfAllBoundsTheWait();
    void detachedQueuesAreNotAsked();
    void watchesTheDescriptorOfAnAttachedQueue();
    void aReadyDescriptorDoesNotCount();
    void aQueueMayDetachItselfWhileItRuns();
    void aQueueMayAttachAnotherWhileItRuns();
    void releasesTheLatestQueueAlone();
    void tellsItsQueuesWhenItGoes();

private:
    void run(ReadyQueues &queues)
    {
        const TimePoint now = Clock::now();
        queues.run({ .begin = now,
                     .pollAgain = now,
                     .yield = now + 1s,
                     .wakeUpPending = m_wakeUpPending,
                     .timers = true,
                     .descriptors = true });
    }

    std::atomic<bool> m_wakeUpPending = false;
};

void tst_ReadyQueues::runsOnlyThoseThatWantIt()
{
    Poller poller;
    DescriptorTable table(poller);
    FakeReadyQueue idle;
    FakeReadyQueue busy;
    ReadyQueues queues(table);
    queues.attach(&idle);
    queues.attach(&busy);
    int called = 0;
    busy.callSoon([&] { ++called; });
    run(queues);
    QCOMPARE(called, 1);
    QCOMPARE(busy.runs(), 1);
    QCOMPARE(idle.runs(), 0);
}

void tst_ReadyQueues::theEarliestOfAllBoundsTheWait()
{
    Poller poller;
    DescriptorTable table(poller);
    FakeReadyQueue first;
    FakeReadyQueue second;
    ReadyQueues queues(table);
    QCOMPARE(queues.timeToNext(Zero, true), Forever);
    queues.attach(&first);
    queues.attach(&second);
    QCOMPARE(queues.timeToNext(Zero, true), Forever);
    first.callAt(Zero + 30ms, [] { });
    second.callAt(Zero + 20ms, [] { });
    QCOMPARE(queues.timeToNext(Zero, true), Duration(20ms));
    QCOMPARE(queues.timeToNext(Zero, false), Forever);
    first.callSoon([] { });
    QCOMPARE(queues.timeToNext(Zero, false), Duration(0ns));
}

void tst_ReadyQueues::detachedQueuesAreNotAsked()
{
    Poller poller;
    DescriptorTable table(poller);
    FakeReadyQueue queue;
    ReadyQueues queues(table);
    queues.attach(&queue);
    QVERIFY(!queues.isEmpty());
    queue.callSoon([] { });
    queues.detach(&queue);
    queues.detach(&queue);
    QVERIFY(queues.isEmpty());
    QCOMPARE(queues.timeToNext(Zero, true), Forever);
    run(queues);
    QCOMPARE(queue.runs(), 0);
    QCOMPARE(poller.interests(queue.descriptor()), NoInterest);
}

void tst_ReadyQueues::watchesTheDescriptorOfAnAttachedQueue()
{
    Poller poller;
    DescriptorTable table(poller);
    FakeReadyQueue queue;
    Pipe pipe;
    int called = 0;
    queue.watch(pipe.readEnd(), [&] { ++called; });
    ReadyQueues queues(table);
    queues.attach(&queue);

    table.mark(poller.wait(0s));
    table.activatePending();
    QCOMPARE(queues.timeToNext(Zero, true), Forever);
    pipe.write();
    table.mark(poller.wait(Forever));
    table.activatePending();
    QCOMPARE(queues.timeToNext(Zero, true), Duration(0ns));
    run(queues);
    QCOMPARE(called, 1);
}

void tst_ReadyQueues::aReadyDescriptorDoesNotCount()
{
    Poller poller;
    DescriptorTable table(poller);
    FakeReadyQueue queue;
    ReadyQueues queues(table);
    queues.attach(&queue);
    table.mark(std::vector<ReadyDescriptor>{ { queue.descriptor(), Read } });
    QCOMPARE(table.activatePending(), 0);
}

void tst_ReadyQueues::aQueueMayDetachItselfWhileItRuns()
{
    Poller poller;
    DescriptorTable table(poller);
    FakeReadyQueue first;
    FakeReadyQueue second;
    ReadyQueues queues(table);
    queues.attach(&first);
    queues.attach(&second);
    first.callSoon([&] { queues.detach(&first); });
    second.callSoon([] { });
    run(queues);
    run(queues);
    QCOMPARE(first.runs(), 1);
    QCOMPARE(second.runs(), 1);
}

void tst_ReadyQueues::aQueueMayAttachAnotherWhileItRuns()
{
    Poller poller;
    DescriptorTable table(poller);
    std::vector<std::unique_ptr<FakeReadyQueue>> more;
    FakeReadyQueue first;
    ReadyQueues queues(table);
    queues.attach(&first);
    first.callSoon([&] {
        for (int i = 0; i < 20; ++i) {
            more.push_back(std::make_unique<FakeReadyQueue>());
            more.back()->callSoon([] { });
            queues.attach(more.back().get());
        }
    });
    run(queues);
    for (const auto &queue : more) {
        QCOMPARE(queue->runs(), 1);
        queues.detach(queue.get());
    }
}

void tst_ReadyQueues::releasesTheLatestQueueAlone()
{
    // They belong to one interpreter, whose lock needs to be released once.
    Poller poller;
    DescriptorTable table(poller);
    FakeReadyQueue first;
    FakeReadyQueue second;
    ReadyQueues queues(table);
    {
        const ReadyQueues::Released nobody(queues);
        queues.attach(&first);
        queues.attach(&second);
    }
    QCOMPARE(first.waits() + second.waits(), 0);
    {
        const ReadyQueues::Released released(queues);
        QCOMPARE(second.levels(), 1);
        queues.detach(&second);
    }
    QCOMPARE(first.waits(), 0);
    QCOMPARE(second.waits(), 1);
    QCOMPARE(second.levels(), 0);
}

void tst_ReadyQueues::tellsItsQueuesWhenItGoes()
{
    Poller poller;
    DescriptorTable table(poller);
    FakeReadyQueue attached;
    FakeReadyQueue detached;
    {
        ReadyQueues queues(table);
        queues.attach(&attached);
        queues.attach(&detached);
        queues.detach(&detached);
    }
    QCOMPARE(attached.hostsLost(), 1);
    QCOMPARE(detached.hostsLost(), 0);
    QCOMPARE(poller.interests(attached.descriptor()), NoInterest);
}

QTEST_APPLESS_MAIN(tst_ReadyQueues)
#include "tst_readyqueues.moc"
