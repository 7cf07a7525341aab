// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <attachedhost.h>
#include <createdispatcher.h>
#include <fakereadyqueue.h>
#include <iteration.h>
#include <runinthread.h>
#include <ticker.h>
#include <watchdog.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qtimer.h>
#include <QtTest/qtest.h>

#include <sys/wait.h>
#include <unistd.h>

using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

/// Attaches a queue to the guest of this thread's dispatcher while it lives.
class Guest final
{
public:
    explicit Guest(FakeReadyQueue &queue)
        : m_host(attachedLoopHost()),
          m_queue(queue)
    {
        m_host->attach(&m_queue);
    }
    ~Guest() { m_host->detach(&m_queue); }
    Q_DISABLE_COPY_MOVE(Guest)

    LoopHost *host() const noexcept { return m_host; }

private:
    LoopHost *m_host;
    FakeReadyQueue &m_queue;
};

/// Runs Qt's event loop until a condition is true; false if it takes too long.
bool waitUntil(const std::function<bool()> &condition)
{
    const Watchdog watchdog;
    while (!condition() && !watchdog.hasBitten())
        QCoreApplication::processEvents(Wait);
    return condition();
}

} // namespace

/// Ready queues in a thread that has one of Qt's own dispatchers.
class tst_AttachedHost : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void isMadeOnce();
    void handlesRunInOrder();
    void aDeadlineComesInTimeAndOnce();
    void aDescriptorIsServed();
    void aWakeUpFromAnotherThreadEndsTheWait();
    void whatASlotSchedulesIsSeen();
    void whatASlotSchedulesIsSeenWithoutAWait();
    void aNestedLoopServesTheSameQueue();
    void qtsEventsHaveTheirTurns();
    void idleTimersHaveTheirTurns();
    void aLoopOverProcessEventsEndsBesideHandlesThatDoNot();
    void nothingHappensWhileNothingIsWanted();
    void aDetachedQueueCostsNothing();
    void aQueueLosesItsHostWithTheThread();
    void aForkedChildServesItsOwn();
};

void tst_AttachedHost::isMadeOnce()
{
    LoopHost *host = attachedLoopHost();
    QVERIFY(host);
    QCOMPARE(attachedLoopHost(), host);
    QVERIFY(!currentLoopHost());
    std::atomic<LoopHost *> other = nullptr;
    QVERIFY(runInThread(nullptr, [&] { other = attachedLoopHost(); }));
    QVERIFY(other.load());
    QVERIFY(other.load() != host);
}

void tst_AttachedHost::handlesRunInOrder()
{
    FakeReadyQueue queue;
    const Guest guest(queue);
    QList<int> order;
    for (int i = 0; i < 5; ++i)
        queue.callSoon([&order, i] { order.append(i); });
    QVERIFY(waitUntil([&] { return order.size() == 5; }));
    QCOMPARE(order, QList<int>({ 0, 1, 2, 3, 4 }));
}

void tst_AttachedHost::aDeadlineComesInTimeAndOnce()
{
    FakeReadyQueue queue;
    const Guest guest(queue);
    const TimePoint deadline = Clock::now() + 10ms;
    int called = 0;
    queue.callAt(deadline, [&] { ++called; });
    IterationCounter counter;
    QVERIFY(waitUntil([&] { return called > 0; }));
    QVERIFY(Clock::now() >= deadline);
    QVERIFY(counter.iterations() <= 6); // GLib's dispatcher tells of each twice
    settle();
    QCOMPARE(called, 1);
}

void tst_AttachedHost::aDescriptorIsServed()
{
    FakeReadyQueue queue;
    const Guest guest(queue);
    Pipe pipe;
    int received = 0;
    queue.watch(pipe.readEnd(), [&] { received += pipe.drain(); });
    const Delayed writer(5ms, [&] { pipe.write(); });
    QVERIFY(waitUntil([&] { return received > 0; }));
    QCOMPARE(received, 1);
}

void tst_AttachedHost::aWakeUpFromAnotherThreadEndsTheWait()
{
    FakeReadyQueue queue;
    const Guest guest(queue);
    const Watchdog watchdog;
    for (int i = 0; i < 100; ++i) {
        std::atomic<bool> woken = false;
        const Delayed other(0ms, [&] {
            woken = true;
            guest.host()->wakeUp();
        });
        while (!woken.load())
            QCoreApplication::processEvents(Wait);
    }
    QVERIFY(!watchdog.hasBitten());
}

void tst_AttachedHost::whatASlotSchedulesIsSeen()
{
    FakeReadyQueue queue;
    const Guest guest(queue);
    QStringList order;
    QTimer::singleShot(5, this, [&] {
        queue.callSoon([&] { order.append(QStringLiteral("soon")); });
        queue.callAt(Clock::now() + 5ms, [&] { order.append(QStringLiteral("later")); });
    });
    QVERIFY(waitUntil([&] { return order.size() == 2; }));
    QCOMPARE(order.join(QLatin1Char(' ')), QStringLiteral("soon later"));
}

void tst_AttachedHost::whatASlotSchedulesIsSeenWithoutAWait()
{
    FakeReadyQueue queue;
    const Guest guest(queue);
    int called = 0;
    queue.callSoon([&] { ++called; });
    const Watchdog watchdog;
    while (!called && !watchdog.hasBitten())
        processEvents(); // as QTest::qWait() does
    QCOMPARE(called, 1);
}

void tst_AttachedHost::aNestedLoopServesTheSameQueue()
{
    FakeReadyQueue queue;
    const Guest guest(queue);
    QStringList order;
    queue.callSoon([&] {
        QEventLoop nested;
        queue.callAt(Clock::now() + 2ms, [&] {
            order.append(QStringLiteral("nested"));
            nested.quit();
        });
        nested.exec();
        order.append(QStringLiteral("outer"));
    });
    queue.callSoon([&] { order.append(QStringLiteral("next")); });
    QVERIFY(waitUntil([&] { return order.contains(QStringLiteral("outer")); }));
    QCOMPARE(order.join(QLatin1Char(' ')), QStringLiteral("next nested outer"));
}

void tst_AttachedHost::qtsEventsHaveTheirTurns()
{
    FakeReadyQueue queue;
    const Guest guest(queue);
    bool ticked = false;
    std::function<void()> chain = [&] {
        if (!ticked)
            queue.callSoon(chain);
    };
    queue.callSoon(chain);
    QTimer::singleShot(5, this, [&] { ticked = true; });
    QVERIFY(waitUntil([&] { return ticked; }));
}

/// GLib calls idle sources, as which Qt's GLib dispatcher has its zero timers, only if idle.
void tst_AttachedHost::idleTimersHaveTheirTurns()
{
    FakeReadyQueue queue;
    const Guest guest(queue);
    int ticks = 0;
    std::function<void()> chain = [&] {
        if (ticks < 10)
            queue.callSoon(chain);
    };
    queue.callSoon(chain);
    QTimer timer;
    connect(&timer, &QTimer::timeout, this, [&] { ++ticks; });
    timer.start(0);
    QVERIFY(waitUntil([&] { return ticks >= 10; }));
}

void tst_AttachedHost::aLoopOverProcessEventsEndsBesideHandlesThatDoNot()
{
    FakeReadyQueue queue;
    const Guest guest(queue);
    int steps = 0;
    FakeReadyQueue::Callback step = [&] {
        ++steps;
        queue.callSoon(step);
    };
    queue.callSoon(step);
    QVERIFY(waitUntil([&] { return steps > 100; }));
    for (int i = 0; i < 5; ++i) {
        const int before = steps;
        const Watchdog watchdog;
        while (processEvents() && !watchdog.hasBitten())
            ;
        QVERIFY(!watchdog.hasBitten());
        QVERIFY(waitUntil([&] { return steps > before; }));
    }
}

void tst_AttachedHost::nothingHappensWhileNothingIsWanted()
{
    FakeReadyQueue queue;
    const Guest guest(queue);
    Pipe pipe;
    queue.watch(pipe.readEnd(), [] { });
    queue.callAt(Clock::now() + 1h, [] { });
    settle();
    IterationCounter counter;
    bool over = false;
    QTimer::singleShot(50, Qt::PreciseTimer, this, [&] { over = true; });
    QVERIFY(waitUntil([&] { return over; }));
    QVERIFY(counter.iterations() <= 6);
    QCOMPARE(queue.runs(), 0);
}

void tst_AttachedHost::aDetachedQueueCostsNothing()
{
    FakeReadyQueue queue;
    Pipe pipe;
    pipe.write();
    int called = 0;
    queue.watch(pipe.readEnd(), [&] { ++called; });
    {
        const Guest guest(queue);
        queue.callSoon([&] { ++called; });
    }
    IterationCounter counter;
    bool over = false;
    QTimer::singleShot(20, Qt::PreciseTimer, this, [&] { over = true; });
    QVERIFY(waitUntil([&] { return over; }));
    QVERIFY(counter.iterations() <= 6);
    QCOMPARE(called, 0);
}

void tst_AttachedHost::aQueueLosesItsHostWithTheThread()
{
    FakeReadyQueue queue;
    QVERIFY(runInThread(nullptr, [&] { attachedLoopHost()->attach(&queue); }));
    QCOMPARE(queue.hostsLost(), 1);
}

void tst_AttachedHost::aForkedChildServesItsOwn()
{
    FakeReadyQueue queue;
    const Guest guest(queue);
    queue.callAt(Clock::now() + 1h, [] { });
    settle();
    const pid_t child = ::fork();
    if (child == 0) {
        int called = 0;
        queue.callSoon([&] { ++called; });
        queue.callAt(Clock::now() + 1ms, [&] { ++called; });
        const TimePoint end = Clock::now() + 10s;
        while (called < 2 && Clock::now() < end)
            processEvents();
        ::_exit(called == 2 ? 0 : 1);
    }
    int status = -1;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QCOMPARE(status, 0);
    IterationCounter counter;
    settle();
    QCOMPARE(queue.runs(), 0); // nothing that the child did was done here
}

QTEST_GUILESS_MAIN(tst_AttachedHost)
#include "tst_attachedhost.moc"
