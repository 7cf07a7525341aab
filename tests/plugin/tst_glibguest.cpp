// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "glibapplication.h"
#include "glibloop.h"
#include "glibsource.h"

#include <attached.h>
#include <fakereadyqueue.h>
#include <pipe.h>
#include <receiver.h>
#include <ticker.h>

#include <QtCore/qsocketnotifier.h>
#include <QtCore/qtimer.h>

#include <thread>

using namespace QtAsyncio;
using namespace std::chrono_literals;

/// Qt and ready queues in a main loop of GLib's.
class tst_GlibGuest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aGlibLoopInASlotServesQt();
    void aGlibLoopInASlotSleeps();
    void aGlibLoopOfAnotherThreadDoesNotServeQt();
    void aBusyReadyQueueDoesNotStarveAGlibLoop();
};

void tst_GlibGuest::aGlibLoopInASlotServesQt()
{
    const auto application = makeApplication();
    const Ticker ticker;
    FakeReadyQueue queue;
    const Attached attached(queue);
    Receiver receiver;
    Pipe pipe;
    QSocketNotifier notifier(pipe.readEnd(), QSocketNotifier::Read);
    int reads = 0;
    connect(&notifier, &QSocketNotifier::activated, &notifier, [&] { reads += pipe.drain(); });
    bool served = false;
    QTimer::singleShot(0, application.get(), [&] {
        const GlibLoop loop;
        const int ticks = ticker.ticks();
        int handles = 0;
        pipe.write();
        queue.callSoon([&] { ++handles; });
        queue.callAt(Clock::now() + 5ms, [&] { ++handles; });
        const Delayed posting(20ms, [&] { receiver.post(1); }); // from another thread
        const auto look = GlibSource::timeout(10, [&] {
            served = reads == 1 && handles == 2 && receiver.events().size() == 1
                    && ticker.ticks() > ticks + 3;
            if (served)
                loop.quit();
        });
        const auto giveUp = GlibSource::timeout(3000, [&] { loop.quit(); });
        loop.run();
    });
    QVERIFY(iterateUntil([&] { return reads > 0; }));
    QVERIFY(served);
    const int ticks = ticker.ticks();
    QVERIFY(iterateUntil([&] { return ticker.ticks() > ticks + 3; }));
}

void tst_GlibGuest::aGlibLoopInASlotSleeps()
{
    const auto application = makeApplication();
    const Ticker ticker(50ms);
    int iterations = -1;
    QTimer::singleShot(0, application.get(), [&] {
        const GlibLoop loop;
        const IterationCounter counter;
        const auto quit = GlibSource::timeout(210, [&] { loop.quit(); });
        loop.run();
        iterations = counter.iterations();
    });
    QVERIFY(iterateUntil([&] { return iterations >= 0; }));
    QVERIFY2(iterations >= 4 && iterations < 30, qPrintable(QString::number(iterations)));
}

void tst_GlibGuest::aGlibLoopOfAnotherThreadDoesNotServeQt()
{
    const auto application = makeApplication();
    const GlibLoop loop;
    const auto here = std::this_thread::get_id();
    std::atomic<int> callsHere = 0;
    std::atomic<int> callsElsewhere = 0;
    const auto source = GlibSource::timeout(
            1, [&] { ++(std::this_thread::get_id() == here ? callsHere : callsElsewhere); });
    int ticksElsewhere = 0;
    Receiver receiver;
    receiver.onTimer([&](int) { ticksElsewhere += std::this_thread::get_id() != here; });
    receiver.startTimer(1);
    std::thread other([&] { loop.run(); });
    // Until the other thread gets the context, it is served here.
    const bool acquired = iterateUntil([&] { return callsElsewhere > 0; });
    callsHere = 0;
    const qsizetype ticks = receiver.timers().size();
    const int calls = callsElsewhere;
    const bool both = iterateUntil(
            [&] { return callsElsewhere > calls + 10 && receiver.timers().size() > ticks + 10; });
    loop.quit();
    other.join();
    QVERIFY(acquired);
    QVERIFY(both);
    QCOMPARE(callsHere, 0);
    QCOMPARE(ticksElsewhere, 0);
}

void tst_GlibGuest::aBusyReadyQueueDoesNotStarveAGlibLoop()
{
    const auto application = makeApplication();
    FakeReadyQueue queue;
    const Attached attached(queue);
    const std::function<void()> again = [&] { queue.callSoon(again); };
    again();
    int calls = 0;
    QTimer::singleShot(0, application.get(), [&] {
        const GlibLoop loop;
        const auto redraw = GlibSource::idle([&] {
            if (++calls == 5)
                loop.quit();
        });
        loop.run();
    });
    QVERIFY(iterateUntil([&] { return calls >= 5; }));
}

QTEST_APPLESS_MAIN(tst_GlibGuest)
#include "tst_glibguest.moc"
