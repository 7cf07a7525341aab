// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <errnowarning.h>
#include <fakereadyqueue.h>
#include <kernelfaults.h>
#include <loopcore.h>
#include <phaselog.h>
#include <readiness.h>
#include <watchdog.h>

#include <QtTest/qtest.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>
#include <thread>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

using namespace QtAsyncio;
using namespace std::chrono_literals;

/// The documented errors of the kernel's functions, and the response to each: the table in
/// docs/design.md.
class tst_KernelErrors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void nothingIsMadeWithoutDescriptors_data();
    void nothingIsMadeWithoutDescriptors();
    void aRefusedWakerStillWakes_data();
    void aRefusedWakerStillWakes();
    void aRefusedDescriptorIsWatchedLater_data();
    void aRefusedDescriptorIsWatchedLater();
    void whatCannotBeWatchedIsInvalid_data();
    void whatCannotBeWatchedIsInvalid();
    void anInterruptedWaitGoesOn();
    void aWaitGoesOnWithoutNanoseconds_data();
    void aWaitGoesOnWithoutNanoseconds();
    void aWakeUpThatCannotBeWrittenIsSeenByTheNextIteration();
    void aFailedWaitIsToldOfOnce_data();
    void aFailedWaitIsToldOfOnce();
    void theWakersDescriptorIsReplaced_data();
    void theWakersDescriptorIsReplaced();
    void allDescriptorsMayBeClosed();
    void theQueueHearsThatItsDescriptorIsClosed();

private:
    static void expectFailure(int error);

    std::unique_ptr<PhaseLog> m_log;
    std::unique_ptr<LoopCore> m_core;
    std::unique_ptr<FakeReadyQueue> m_queue;
    int m_waker = -1; // the core's eventfd
};

void tst_KernelErrors::init()
{
    m_log = std::make_unique<PhaseLog>();
    const std::vector<int> others = descriptorsOf("eventfd");
    m_core = std::make_unique<LoopCore>(*m_log);
    const std::vector<int> all = descriptorsOf("eventfd");
    std::vector<int> fresh;
    std::ranges::set_difference(all, others, std::back_inserter(fresh));
    QCOMPARE(fresh.size(), 1u);
    m_waker = fresh.front();
    m_queue = std::make_unique<FakeReadyQueue>();
    m_core->readyQueues().attach(m_queue.get());
}

void tst_KernelErrors::cleanup()
{
    t_fault = { };
    m_core->readyQueues().detach(m_queue.get());
    m_core.reset();
    m_queue.reset();
}

void tst_KernelErrors::expectFailure(int error)
{
    expectErrnoWarning(error, "QtAsyncio: the event dispatcher could not wait");
}

void tst_KernelErrors::nothingIsMadeWithoutDescriptors_data()
{
    QTest::addColumn<QByteArray>("function");
    QTest::addColumn<int>("error");
    for (const char *function : { "epoll_create1", "eventfd" }) {
        for (const int error : { EMFILE, ENFILE, ENOMEM })
            QTest::addRow("%s, %d", function, error) << QByteArray(function) << error;
    }
}

void tst_KernelErrors::nothingIsMadeWithoutDescriptors()
{
    QFETCH(const QByteArray, function);
    QFETCH(const int, error);
    t_fault = { function.constData(), error, 1 };
    int code = 0;
    try {
        const LoopCore core(*m_log);
    } catch (const std::system_error &thrown) {
        code = thrown.code().value();
    }
    QCOMPARE(code, error);
}

void tst_KernelErrors::aRefusedWakerStillWakes_data()
{
    QTest::addColumn<int>("error");
    QTest::addColumn<int>("calls");
    QTest::newRow("once, without memory") << ENOMEM << 1;
    QTest::newRow("once, without watches") << ENOSPC << 1;
    QTest::newRow("always, without watches") << ENOSPC << 1'000'000;
}

void tst_KernelErrors::aRefusedWakerStillWakes()
{
    QFETCH(const int, error);
    QFETCH(const int, calls);
    const Watchdog watchdog;
    t_fault = { "epoll_ctl", error, calls };
    std::thread other([this] {
        std::this_thread::sleep_for(2ms); // the wait has begun, or is about to
        m_core->wakeUp();
    });
    QVERIFY(m_core->processEvents(QEventLoop::WaitForMoreEvents));
    other.join();
    QVERIFY(m_queue->failedWaits().empty());
}

void tst_KernelErrors::aRefusedDescriptorIsWatchedLater_data()
{
    QTest::addColumn<int>("error");
    QTest::newRow("without memory") << ENOMEM;
    QTest::newRow("without watches") << ENOSPC;
}

void tst_KernelErrors::aRefusedDescriptorIsWatchedLater()
{
    QFETCH(const int, error);
    const Watchdog watchdog;
    Pipe pipe;
    LoggingWatcher watcher(pipe.readEnd(), *m_log);
    m_core->processEvents(QEventLoop::AllEvents);
    QVERIFY(m_core->descriptors().add(&watcher));
    pipe.write();
    t_fault = { "epoll_ctl", error, 1 };
    m_core->processEvents(QEventLoop::WaitForMoreEvents);
    QVERIFY(m_log->contains(QStringLiteral("descriptor")));
    m_core->descriptors().remove(&watcher);
}

void tst_KernelErrors::whatCannotBeWatchedIsInvalid_data()
{
    QTest::addColumn<int>("error");
    QTest::newRow("a circle of sets") << ELOOP;
    QTest::newRow("the set itself") << EINVAL;
}

void tst_KernelErrors::whatCannotBeWatchedIsInvalid()
{
    QFETCH(const int, error);
    Poller poller;
    const Pipe pipe;
    poller.watch(pipe.readEnd(), Read);
    t_fault = { "epoll_ctl", error, 1 };
    QVERIFY(poller.wait(0s).empty());
    QCOMPARE(poller.takeInvalid(), std::vector<int>({ pipe.readEnd() }));
}

void tst_KernelErrors::anInterruptedWaitGoesOn()
{
    Poller poller;
    Pipe pipe;
    poller.watch(pipe.readEnd(), Read);
    pipe.write();
    t_fault = { "epoll_wait", EINTR, 3 };
    QCOMPARE(readiness(poller, pipe.readEnd(), Forever), Read);
}

void tst_KernelErrors::aWaitGoesOnWithoutNanoseconds_data()
{
    QTest::addColumn<int>("error");
    QTest::newRow("an old kernel") << ENOSYS;
    QTest::newRow("a sandbox") << EPERM;
}

/// In a child, because the process never tries it again.
void tst_KernelErrors::aWaitGoesOnWithoutNanoseconds()
{
    QFETCH(const int, error);
    const pid_t child = ::fork();
    if (child == 0) {
        Poller poller;
        int left = -1;
        bool isLongEnough = true;
        for (int wait = 0; wait < 2; ++wait) {
            t_fault = { "epoll_pwait2", error, 1 };
            const TimePoint begin = Clock::now();
            poller.wait(1500us);
            isLongEnough &= Clock::now() - begin >= 1500us;
            left = std::exchange(t_fault.calls, 0);
            if (wait == 0 && left != 0)
                ::_exit(2);
        }
        ::_exit(isLongEnough && left == 1 && poller.error() == 0 ? 0 : 1);
    }
    int status = -1;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QCOMPARE(status, 0);
}

void tst_KernelErrors::aWakeUpThatCannotBeWrittenIsSeenByTheNextIteration()
{
    const Watchdog watchdog;
    bool isRefused = false;
    // Where nothing is refused, it came before the wait or after it.
    for (Duration limit = 10ms; !isRefused && !watchdog.hasBitten(); limit *= 2) {
        m_queue->callAt(Clock::now() + limit, [] { });
        std::thread other([&] {
            std::this_thread::sleep_for(2ms);
            t_fault = { "eventfd_write", EIO, 1 };
            m_core->wakeUp();
            isRefused = t_fault.calls == 0;
        });
        const bool handled = m_core->processEvents(QEventLoop::WaitForMoreEvents);
        other.join();
        if (isRefused)
            QVERIFY(handled || m_core->processEvents(QEventLoop::AllEvents));
    }
    QVERIFY(isRefused);
    QVERIFY(m_queue->failedWaits().empty());
}

void tst_KernelErrors::aFailedWaitIsToldOfOnce_data()
{
    QTest::addColumn<int>("error");
    QTest::newRow("closed") << EBADF;
    QTest::newRow("another file") << EINVAL;
}

void tst_KernelErrors::aFailedWaitIsToldOfOnce()
{
    QFETCH(const int, error);
    m_core->processEvents(QEventLoop::AllEvents);
    t_fault = { "epoll_wait", error, 1 };
    expectFailure(error);
    m_core->processEvents(QEventLoop::AllEvents);
    QCOMPARE(m_queue->failedWaits(), std::vector<int>({ error }));
    m_core->processEvents(QEventLoop::AllEvents);
    QCOMPARE(m_queue->failedWaits().size(), 1u);

    Pipe pipe; // the core still works
    int calls = 0;
    m_queue->watch(pipe.readEnd(), [&] { calls += pipe.drain(); });
    pipe.write();
    m_core->processEvents(QEventLoop::AllEvents);
    QCOMPARE(calls, 1);
}

void tst_KernelErrors::theWakersDescriptorIsReplaced_data()
{
    QTest::addColumn<bool>("excluded");
    QTest::newRow("all events") << false;
    QTest::newRow("without notifiers") << true;
}

void tst_KernelErrors::theWakersDescriptorIsReplaced()
{
    QFETCH(const bool, excluded);
    const Watchdog watchdog;
    m_core->processEvents(QEventLoop::AllEvents);
    QCOMPARE(::close(m_waker), 0);
    LoopCore::Flags flags = QEventLoop::WaitForMoreEvents;
    if (excluded)
        flags |= QEventLoop::ExcludeSocketNotifiers;
    expectFailure(EBADF);
    m_core->processEvents(flags);
    QCOMPARE(m_queue->failedWaits(), std::vector<int>({ EBADF }));
    std::thread other([this] {
        std::this_thread::sleep_for(2ms);
        m_core->wakeUp();
    });
    QVERIFY(m_core->processEvents(flags));
    other.join();
}

void tst_KernelErrors::allDescriptorsMayBeClosed()
{
    const Watchdog watchdog;
    Pipe pipe;
    LoggingWatcher watcher(pipe.readEnd(), *m_log);
    QVERIFY(m_core->descriptors().add(&watcher));
    m_core->processEvents(QEventLoop::AllEvents);
    pipe.closeReadEnd();
    pipe.closeWriteEnd();
    for (const int number : { m_core->pollDescriptor(), m_waker, m_queue->descriptor() })
        QCOMPARE(::close(number), 0);
    expectFailure(EBADF);
    m_core->processEvents(QEventLoop::WaitForMoreEvents);
    QVERIFY(m_log->contains(QStringLiteral("invalid")));
    QVERIFY(m_queue->isClosed());
    QCOMPARE(m_queue->failedWaits().front(), EBADF);
    m_core->descriptors().remove(&watcher);
    for (int call = 0; call < 3; ++call)
        m_core->processEvents(QEventLoop::AllEvents);
    std::thread other([this] {
        std::this_thread::sleep_for(2ms);
        m_core->wakeUp();
    });
    QVERIFY(m_core->processEvents(QEventLoop::WaitForMoreEvents));
    other.join();
}

void tst_KernelErrors::theQueueHearsThatItsDescriptorIsClosed()
{
    m_core->processEvents(QEventLoop::AllEvents);
    QCOMPARE(::close(m_queue->descriptor()), 0);
    m_core->wakeUp();
    m_core->processEvents(QEventLoop::WaitForMoreEvents);
    m_queue->callAt(Clock::now() + 1ms, [] { });
    m_core->processEvents(QEventLoop::WaitForMoreEvents);
    QVERIFY(m_queue->isClosed());
    QVERIFY(m_queue->failedWaits().empty());
}

QTEST_GUILESS_MAIN(tst_KernelErrors)

#include "tst_kernelerrors.moc"
