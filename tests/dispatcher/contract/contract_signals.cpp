// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"
#include "roundtrips.h"
#include "watchedpipe.h"

#include <receiver.h>
#include <watchdog.h>

#include <QtCore/qelapsedtimer.h>
#include <QtTest/qtest.h>

#include <atomic>
#include <csignal>
#include <thread>

#include <pthread.h>
#include <sys/time.h>

using namespace Contract;
using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

std::atomic<int> interruptions = 0;

/// A handler that does nothing, without SA_RESTART: every system call may fail with EINTR.
class Interruption final
{
public:
    explicit Interruption(int signal)
        : m_signal(signal)
    {
        interruptions = 0;
        struct sigaction action = { };
        action.sa_handler = [](int) { ++interruptions; };
        ::sigaction(m_signal, &action, &m_former);
    }
    ~Interruption() { ::sigaction(m_signal, &m_former, nullptr); }
    Q_DISABLE_COPY_MOVE(Interruption)

private:
    int m_signal;
    struct sigaction m_former = { };
};

/// Signals of the interval timer, five thousand a second, to whichever thread the kernel takes.
class TimerStorm final
{
public:
    TimerStorm() { set(200); }
    ~TimerStorm() { set(0); }
    Q_DISABLE_COPY_MOVE(TimerStorm)

private:
    static void set(long microseconds)
    {
        const itimerval interval = { { 0, microseconds }, { 0, microseconds } };
        ::setitimer(ITIMER_REAL, &interval, nullptr);
    }

    const Interruption m_interruption{ SIGALRM };
};

/// Signals to the thread that made it, without a pause.
class ThreadStorm final
{
public:
    ~ThreadStorm()
    {
        m_ends = true;
        m_sender.join();
    }

private:
    const Interruption m_interruption{ SIGUSR2 };
    std::atomic<bool> m_ends = false;
    std::thread m_sender{ [this, target = ::pthread_self()] {
        while (!m_ends) {
            ::pthread_kill(target, SIGUSR2);
            std::this_thread::sleep_for(50us);
        }
    } };
};

/// Starts the storm that a row names.
struct Storm
{
    explicit Storm(bool ofThread)
    {
        if (ofThread)
            thread = std::make_unique<ThreadStorm>();
        else
            timer = std::make_unique<TimerStorm>();
    }
    std::unique_ptr<TimerStorm> timer;
    std::unique_ptr<ThreadStorm> thread;
};

} // namespace

/// Everything while signals interrupt every system call.
class tst_ContractSignals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void timersAreNotEarly_data() { addStorms(); }
    void timersAreNotEarly();
    void notifiersMissNothing_data() { addStorms(); }
    void notifiersMissNothing();
    void eventsOfAnotherThreadArrive_data() { addStorms(); }
    void eventsOfAnotherThreadArrive();

private:
    static void addStorms()
    {
        QTest::addColumn<bool>("ofThread");
        QTest::newRow("setitimer") << false;
        QTest::newRow("pthread_kill") << true;
    }
};

void tst_ContractSignals::timersAreNotEarly()
{
    QFETCH(const bool, ofThread);
    const Storm storm(ofThread);
    for (const int interval : { 3, 17 }) {
        Receiver receiver;
        QElapsedTimer elapsed;
        qint64 taken = 0;
        receiver.onTimer([&](int id) {
            taken = elapsed.nsecsElapsed();
            receiver.killTimer(id);
        });
        elapsed.start();
        receiver.startTimer(interval, Qt::PreciseTimer);
        while (receiver.timers().isEmpty())
            processEvents(Wait);
        QVERIFY(taken >= interval * 1'000'000LL);
    }
    QVERIFY(interruptions > 0);
}

void tst_ContractSignals::notifiersMissNothing()
{
    QFETCH(const bool, ofThread);
    constexpr int Rounds = 500;
    const Storm storm(ofThread);
    Watchdog watchdog(20s);
    int received = 0;
    WatchedPipe watched([&] {
        received += watched.pipe.drain();
        if (received < Rounds)
            watched.pipe.write();
    });
    watched.pipe.write();
    while (received < Rounds && !watchdog.hasBitten())
        processEvents(Wait);
    QCOMPARE(received, Rounds);
}

void tst_ContractSignals::eventsOfAnotherThreadArrive()
{
    QFETCH(const bool, ofThread);
    constexpr int Rounds = 300;
    const Storm storm(ofThread);
    const Watchdog watchdog(20s);
    QCOMPARE(Contract::roundTrips(Rounds), Rounds);
    QVERIFY(!watchdog.hasBitten());
}

std::unique_ptr<QObject> Contract::createSignals()
{
    return std::make_unique<tst_ContractSignals>();
}

#include "contract_signals.moc"
