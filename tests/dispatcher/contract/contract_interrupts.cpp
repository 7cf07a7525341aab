// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"

#include <receiver.h>
#include <ticker.h>
#include <watchdog.h>

#include <QtCore/qcoreapplication.h>
#include <QtTest/qtest.h>

#include <csignal>
#include <thread>

#include <pthread.h>

using namespace Contract;
using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

/// Has a function called by a signal handler, which the owner's thread runs.
class SignalHandler final
{
public:
    using Function = void (*)();

    explicit SignalHandler(Function function)
    {
        s_function = function;
        s_calls = 0;
        struct sigaction action = { };
        action.sa_handler = [](int) {
            ++s_calls;
            s_function();
        };
        ::sigaction(SIGUSR1, &action, &m_former);
    }
    ~SignalHandler() { ::sigaction(SIGUSR1, &m_former, nullptr); }
    Q_DISABLE_COPY_MOVE(SignalHandler)

    /// Sends the signal to the thread of the owner; any thread.
    void send() const { ::pthread_kill(m_thread, SIGUSR1); }
    static int calls() noexcept { return s_calls; }

private:
    static inline Function s_function = nullptr;
    static inline std::atomic<int> s_calls = 0;
    pthread_t m_thread = ::pthread_self();
    struct sigaction m_former = { };
};

} // namespace

/// interrupt() and wakeUp(), from wherever they may come.
class tst_ContractInterrupts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void aSignalHandlerMayWakeUp();
    void aSignalHandlerMayInterrupt();
    void aSignalHandlerMayEndALoop();
    void aSignalAloneDoesNotEndTheWait();
    void anInterruptAfterTheCallDoesNoHarm();
    void anInterruptEndsTheCallBeforeNotifiersAndTimers();
    void anInterruptFromATimerLetsTheOthersFire();
    void anInterruptInANestedCallIsForgottenByTheOuterOne();
    void anInterruptedCallLosesNothing();
    void wakeUpsWhileTheLoopIsBusyEndOneWait();
    void aWakeUpFromATimerEndsTheNextWait();

private:
    static QAbstractEventDispatcher *dispatcher() { return QCoreApplication::eventDispatcher(); }
};

void tst_ContractInterrupts::aSignalHandlerMayWakeUp()
{
    const Watchdog watchdog;
    const SignalHandler handler([] { dispatcher()->wakeUp(); });
    const Delayed other(10ms, [&] { handler.send(); });
    while (!other.isDone())
        QVERIFY(processEvents(Wait));
    QTRY_COMPARE(handler.calls(), 1);
    QVERIFY(!watchdog.hasBitten());
}

void tst_ContractInterrupts::aSignalHandlerMayInterrupt()
{
    const Watchdog watchdog;
    const SignalHandler handler([] { dispatcher()->interrupt(); });
    const Delayed other(10ms, [&] { handler.send(); });
    while (!handler.calls())
        processEvents(Wait);
    QVERIFY(!watchdog.hasBitten());
}

void tst_ContractInterrupts::aSignalHandlerMayEndALoop()
{
    static QEventLoop *running = nullptr;
    const Watchdog watchdog;
    QEventLoop loop;
    running = &loop;
    const SignalHandler handler([] { running->exit(4); });
    const Delayed other(10ms, [&] { handler.send(); });
    QCOMPARE(loop.exec(), 4);
    QVERIFY(!watchdog.hasBitten());
}

void tst_ContractInterrupts::aSignalAloneDoesNotEndTheWait()
{
    const SignalHandler handler([] { });
    IterationCounter counter;
    const Delayed first(5ms, [&] { handler.send(); });
    const Delayed second(10ms, [&] { handler.send(); });
    Receiver receiver;
    receiver.startTimer(30, Qt::PreciseTimer);
    while (receiver.timers().isEmpty())
        processEvents(Wait);
    QVERIFY(handler.calls() >= 1); // two that are pending are one
    QVERIFY(counter.iterations() <= 4);
}

void tst_ContractInterrupts::anInterruptAfterTheCallDoesNoHarm()
{
    const Watchdog watchdog;
    Receiver receiver;
    receiver.startTimer(5, Qt::PreciseTimer);
    for (int call = 0; call < 3; ++call) {
        processEvents();
        dispatcher()->interrupt();
    }
    while (receiver.timers().isEmpty() && !watchdog.hasBitten())
        processEvents(Wait);
    QVERIFY(!watchdog.hasBitten());
}

void tst_ContractInterrupts::anInterruptEndsTheCallBeforeNotifiersAndTimers()
{
    Receiver receiver;
    receiver.onEvent([&](int) { dispatcher()->interrupt(); });
    spinUntilDue(receiver.startTimer(1, Qt::PreciseTimer));
    receiver.post(1);
    const bool handled = processEvents();
    QCOMPARE(receiver.events().size(), 1);
    EXPECT_BROKEN_BY(Glib, "an interrupt ends its loops over the call, not the call");
    QVERIFY(!handled && receiver.timers().isEmpty());
    processEvents();
    QVERIFY(!receiver.timers().isEmpty());
}

void tst_ContractInterrupts::anInterruptFromATimerLetsTheOthersFire()
{
    Receiver receiver;
    const int first = receiver.startTimer(1, Qt::PreciseTimer);
    const int second = receiver.startTimer(2, Qt::PreciseTimer);
    receiver.onTimer([&](int id) {
        receiver.killTimer(id);
        dispatcher()->interrupt();
    });
    spinUntilDue(second);
    QVERIFY(processEvents());
    QCOMPARE(receiver.timers(), QList<int>({ first, second }));
}

void tst_ContractInterrupts::anInterruptInANestedCallIsForgottenByTheOuterOne()
{
    // The next call clears the flag, and the nested one is the next.
    Receiver receiver;
    Receiver other;
    const int id = other.startTimer(1, Qt::PreciseTimer);
    receiver.onEvent([&](int) {
        dispatcher()->interrupt();
        processEvents();
    });
    spinUntilDue(id);
    receiver.post(1);
    processEvents();
    QVERIFY(other.timers().size() >= 1);
}

void tst_ContractInterrupts::anInterruptedCallLosesNothing()
{
    constexpr int Rounds = 300;
    const Watchdog watchdog(20s);
    Receiver receiver;
    QEventLoop loop;
    receiver.onEvent([&](int number) {
        if (number == Rounds)
            loop.quit();
    });
    std::thread other([&, target = dispatcher()] {
        for (int number = 1; number <= Rounds; ++number) {
            receiver.post(number);
            target->interrupt();
        }
    });
    loop.exec();
    other.join();
    QCOMPARE(receiver.events().size(), Rounds);
    QVERIFY(!watchdog.hasBitten());
    QVERIFY(std::is_sorted(receiver.events().begin(), receiver.events().end()));
}

void tst_ContractInterrupts::wakeUpsWhileTheLoopIsBusyEndOneWait()
{
    Receiver receiver;
    receiver.onEvent([&](int) {
        for (int i = 0; i < 100; ++i)
            dispatcher()->wakeUp();
    });
    receiver.post(1);
    settle();
    IterationCounter counter;
    const Delayed other(15ms, [target = dispatcher()] { target->wakeUp(); });
    while (!other.isDone())
        processEvents(Wait);
    QVERIFY(counter.iterations() <= 4);
}

void tst_ContractInterrupts::aWakeUpFromATimerEndsTheNextWait()
{
    const Watchdog watchdog;
    Receiver receiver;
    receiver.onTimer([&](int id) {
        receiver.killTimer(id);
        dispatcher()->wakeUp();
    });
    spinUntilDue(receiver.startTimer(1, Qt::PreciseTimer));
    processEvents();
    QVERIFY(processEvents(Wait));
    QVERIFY(!watchdog.hasBitten());
}

std::unique_ptr<QObject> Contract::createInterrupts()
{
    return std::make_unique<tst_ContractInterrupts>();
}

#include "contract_interrupts.moc"
