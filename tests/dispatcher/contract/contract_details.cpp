// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "clickcounter.h"
#include "contract.h"
#include "watchedpipe.h"

#include <receiver.h>
#include <ticker.h>
#include <watchdog.h>

#include <QtCore/qelapsedtimer.h>
#include <QtTest/qtest.h>

#include <csignal>

#include <sched.h>
#include <sys/time.h>

using namespace Contract;
using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

/// A signal each millisecond while it lives. They come from the kernel: another thread that sends
/// them may not be let run for as long as a wait takes.
class SignalStorm final
{
public:
    SignalStorm()
    {
        struct sigaction action = { };
        action.sa_handler = [](int) { };
        ::sigaction(SIGALRM, &action, &m_former);
        setInterval({ 0, 1000 });
    }
    ~SignalStorm()
    {
        setInterval({ 0, 0 });
        ::sched_yield(); // a signal that is on its way arrives before its handler goes
        ::sigaction(SIGALRM, &m_former, nullptr);
    }
    Q_DISABLE_COPY_MOVE(SignalStorm)

private:
    static void setInterval(timeval interval)
    {
        const itimerval timer = { interval, interval };
        ::setitimer(ITIMER_REAL, &timer, nullptr);
    }

    struct sigaction m_former = { };
};

} // namespace

/// Halves of promises of which the other half is more conspicuous.
class tst_ContractDetails : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void aTimerWithAnIntervalCounts();
    void aTimerIsNotEarlyByAFraction();
    void aTimerThatBecomesDueDuringThePassWaits();
    void aMissedTickIsNotDueAtOnce();
    void aTimerDoesNotMakeANestedLoopSpin_data();
    void aTimerDoesNotMakeANestedLoopSpin();
    void allTimersOfAnObjectAreUnregistered();
    void aStormOfSignalsNeitherEndsNorProlongsAWait();
    void dataIsNoExceptionBesideAReader();
    void aSuccessorGetsNothingThatWasPending();
    void aWindowEventThatWasExcludedCounts();
    void aThreadDoesNotServeTheWindowSystem();

private:
    static QAbstractEventDispatcher *dispatcher() { return QAbstractEventDispatcher::instance(); }
};

void tst_ContractDetails::aTimerWithAnIntervalCounts()
{
    Receiver receiver;
    const int id = receiver.startTimer(1, Qt::PreciseTimer);
    spinUntilDue(id);
    const bool counted = processEvents();
    QCOMPARE(receiver.timers(), QList<int>({ id }));
    QVERIFY(counted);
}

void tst_ContractDetails::aTimerIsNotEarlyByAFraction()
{
    // Without a wait, so that it fires as soon as the dispatcher thinks fit.
    for (int round = 0; round < 20; ++round) {
        Receiver receiver;
        QElapsedTimer elapsed;
        elapsed.start();
        receiver.startTimer(1, Qt::PreciseTimer);
        while (receiver.timers().isEmpty())
            processEvents();
        QVERIFY(elapsed.nsecsElapsed() >= 1'000'000);
    }
}

void tst_ContractDetails::aTimerThatBecomesDueDuringThePassWaits()
{
    Receiver receiver;
    const int first = receiver.startTimer(1, Qt::PreciseTimer);
    const int second = receiver.startTimer(40, Qt::PreciseTimer);
    bool wasDue = false;
    receiver.onTimer([&](int id) {
        wasDue |= dispatcher()->remainingTime(second) == 0;
        receiver.killTimer(id);
        spinUntilDue(second);
    });
    spinUntilDue(first);
    processEvents();
    if (wasDue)
        QSKIP("The machine is too slow: the second timer was due before the pass.");
    QCOMPARE(receiver.timers(), QList<int>({ first }));
    processEvents();
    QCOMPARE(receiver.timers(), QList<int>({ first, second }));
}

void tst_ContractDetails::aMissedTickIsNotDueAtOnce()
{
    Receiver receiver;
    const int often = receiver.startTimer(20, Qt::PreciseTimer);
    const int late = receiver.startTimer(50, Qt::PreciseTimer);
    int remaining = -1;
    receiver.onTimer([&](int id) {
        if (id == often)
            remaining = dispatcher()->remainingTime(often);
    });
    spinUntilDue(late);
    processEvents();
    QVERIFY2(remaining > 10, qPrintable(QString::number(remaining)));
}

void tst_ContractDetails::aTimerDoesNotMakeANestedLoopSpin_data()
{
    QTest::addColumn<int>("interval");
    for (const int interval : { 0, 1 })
        QTest::addRow("%d ms", interval) << interval;
}

void tst_ContractDetails::aTimerDoesNotMakeANestedLoopSpin()
{
    QFETCH(const int, interval);
    Receiver receiver;
    IterationCounter counter;
    int iterations = -1;
    receiver.onTimer([&](int id) {
        counter.reset();
        QEventLoop loop;
        QTimer::singleShot(30ms, Qt::PreciseTimer, &loop, [&] { loop.quit(); });
        loop.exec();
        iterations = counter.iterations();
        receiver.killTimer(id);
    });
    receiver.startTimer(interval, Qt::PreciseTimer);
    QTRY_VERIFY(iterations >= 0);
    QVERIFY2(iterations < 50, qPrintable(QString::number(iterations)));
}

void tst_ContractDetails::allTimersOfAnObjectAreUnregistered()
{
    constexpr int FirstId = 1'000'001; // none that QObject gives
    Receiver receiver;
    Receiver other;
    for (int id = FirstId; id < FirstId + 3; ++id)
        dispatcher()->registerTimer(id, 0, Qt::PreciseTimer, &receiver);
    other.startTimer(60'000);
    QVERIFY(dispatcher()->unregisterTimers(&receiver));
    QVERIFY(dispatcher()->registeredTimers(&receiver).isEmpty());
    QCOMPARE(dispatcher()->registeredTimers(&other).size(), 1);
    settle();
    QVERIFY(receiver.timers().isEmpty());
}

void tst_ContractDetails::aStormOfSignalsNeitherEndsNorProlongsAWait()
{
    const Watchdog watchdog;
    const SignalStorm storm;
    Receiver receiver;
    receiver.startTimer(40, Qt::PreciseTimer);
    int calls = 0;
    for (; receiver.timers().isEmpty() && !watchdog.hasBitten(); ++calls)
        processEvents(Wait);
    QVERIFY(!watchdog.hasBitten());
    QVERIFY2(calls <= 3, qPrintable(QString::number(calls)));
}

void tst_ContractDetails::dataIsNoExceptionBesideAReader()
{
    WatchedPipe watched;
    QSocketNotifier exception(watched.pipe.readEnd(), QSocketNotifier::Exception);
    int exceptions = 0;
    connect(&exception, &QSocketNotifier::activated, this, [&] { ++exceptions; });
    watched.pipe.write();
    processEvents();
    QCOMPARE(watched.activations, 1);
    QCOMPARE(exceptions, 0);
}

void tst_ContractDetails::aSuccessorGetsNothingThatWasPending()
{
    // Both are pending; whichever comes first gives the other one's descriptor to a new notifier.
    std::unique_ptr<WatchedPipe> pipes[2];
    std::unique_ptr<QSocketNotifier> successor;
    int activations = 0;
    for (int i = 0; i < 2; ++i) {
        pipes[i] = std::make_unique<WatchedPipe>([&, i] {
            if (successor)
                return;
            const WatchedPipe &other = *pipes[1 - i];
            other.notifier->setEnabled(false);
            successor =
                    std::make_unique<QSocketNotifier>(other.pipe.readEnd(), QSocketNotifier::Read);
            connect(successor.get(), &QSocketNotifier::activated, this, [&] { ++activations; });
        });
        pipes[i]->pipe.write();
    }
    processEvents();
    QCOMPARE(pipes[0]->activations + pipes[1]->activations, 1);
    QCOMPARE(activations, 0);
    processEvents();
    QCOMPARE(activations, 1);
}

void tst_ContractDetails::aWindowEventThatWasExcludedCounts()
{
    if (!isGui())
        QSKIP("There are no windows without QGuiApplication.");
    ClickCounter window;
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    settle();
    window.click();
    for (int call = 0; call < 3; ++call) // the wake-up is an event too, but once
        processEvents(QEventLoop::ExcludeUserInputEvents);
    const bool counted = processEvents();
    EXPECT_BROKEN_BY(Glib, "excluded input arrives only after a later wake-up");
    QVERIFY(counted && window.clicks == 1);
}

void tst_ContractDetails::aThreadDoesNotServeTheWindowSystem()
{
    if (!isGui())
        QSKIP("There are no windows without QGuiApplication.");
    ClickCounter window;
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    settle();
    const std::unique_ptr<QThread> thread = createThread();
    QObject there;
    there.moveToThread(thread.get());
    thread->start();
    window.click();
    // When the second call arrives, the iteration of the first one has come to its end.
    for (int call = 0; call < 2; ++call)
        QMetaObject::invokeMethod(&there, [] { }, Qt::BlockingQueuedConnection);
    const int clicksInThread = window.clicks;
    thread->quit();
    QVERIFY(thread->wait(20'000));
    QCOMPARE(clicksInThread, 0);
    QTRY_COMPARE(window.clicks, 1);
}

std::unique_ptr<QObject> Contract::createDetails()
{
    return std::make_unique<tst_ContractDetails>();
}

#include "contract_details.moc"
