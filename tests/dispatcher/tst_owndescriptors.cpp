// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <errnowarning.h>
#include <fakereadyqueue.h>
#include <kernelfaults.h>
#include <loopcore.h>
#include <phaselog.h>
#include <threadsanitizer.h>
#include <watchdog.h>

#include <QtTest/qtest.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <thread>

#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

constexpr LoopCore::Flags Wait = QEventLoop::WaitForMoreEvents;
constexpr LoopCore::Flags WaitExcluded = Wait | QEventLoop::ExcludeSocketNotifiers;

} // namespace

/// A loop core whose own descriptors are closed, by the program or in a forked child.
class tst_OwnDescriptors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void aLoopWithoutItsSetIsOnTime_data();
    void aLoopWithoutItsSetIsOnTime();
    void aLoopWithoutDescriptorsTriesAgain_data();
    void aLoopWithoutDescriptorsTriesAgain();
    void aNotifierUnderTheWakersNumberStays();
    void aSetOfTheProgramIsNotTakenForOurs();
    void aFileUnderTheNumberOfTheSetIsNotTakenForIt();
    void aFileUnderTheNumberOfAQueuesSetIsNotTakenForIt_data();
    void aFileUnderTheNumberOfAQueuesSetIsNotTakenForIt();
    void aChildOfALoopWithoutAWakerIsWoken();
    void aChildTriesAgain_data();
    void aChildTriesAgain();
    void aChildsFilesAreLeftAlone();

private:
    void expectFailure(int error = EBADF);
    bool isWoken(LoopCore::Flags flags);
    bool servesItsQueue();

    std::unique_ptr<PhaseLog> m_log;
    std::unique_ptr<LoopCore> m_core;
    std::unique_ptr<FakeReadyQueue> m_queue;
    int m_waker = -1; // the core's eventfd
};

void tst_OwnDescriptors::init()
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
    m_core->processEvents(QEventLoop::AllEvents);
}

void tst_OwnDescriptors::cleanup()
{
    t_fault = { };
    m_core->readyQueues().detach(m_queue.get());
    m_core.reset();
    m_queue.reset();
}

void tst_OwnDescriptors::expectFailure(int error)
{
    expectErrnoWarning(error, "QtAsyncio: the event dispatcher could not wait");
}

/// Whether a wake-up of another thread ends a wait.
bool tst_OwnDescriptors::isWoken(LoopCore::Flags flags)
{
    const Watchdog watchdog;
    std::atomic<bool> woken = false;
    std::thread other([&] {
        std::this_thread::sleep_for(2ms); // the wait has begun, or is about to
        woken = true;
        m_core->wakeUp();
    });
    bool handled = false;
    while (!woken || !handled)
        handled = m_core->processEvents(flags) || handled;
    other.join();
    return !watchdog.hasBitten();
}

bool tst_OwnDescriptors::servesItsQueue()
{
    Pipe pipe;
    int calls = 0;
    m_queue->watch(pipe.readEnd(), [&] { calls += pipe.drain(); });
    pipe.write();
    m_core->processEvents(QEventLoop::AllEvents);
    m_queue->unwatch(pipe.readEnd());
    return calls == 1;
}

void tst_OwnDescriptors::aLoopWithoutItsSetIsOnTime_data()
{
    QTest::addColumn<bool>("wakerToo");
    QTest::newRow("with its waker") << false;
    QTest::newRow("without its waker") << true;
}

/// It tries to replace the set now and then, and does not sleep in between.
void tst_OwnDescriptors::aLoopWithoutItsSetIsOnTime()
{
    QFETCH(const bool, wakerToo);
    constexpr int Plenty = 1'000'000;
    QCOMPARE(::close(m_core->pollDescriptor()), 0);
    if (wakerToo)
        QCOMPARE(::close(m_waker), 0);
    t_fault = { "epoll_create1", EMFILE, Plenty };
    expectFailure();
    m_core->processEvents(Wait);

    int attempts = 0;
    int timers = 0;
    for (int round = 0; round < 5 && (round == 0 || attempts >= 20); ++round) {
        t_fault.calls = Plenty;
        for (timers = 0; timers < 20;) {
            m_queue->callAt(Clock::now() + 500us, [&] { ++timers; });
            const int before = timers;
            do
                m_core->processEvents(Wait);
            while (timers == before);
        }
        attempts = Plenty - t_fault.calls;
    }
    QVERIFY2(attempts < 20, "each deadline was waited for together with an attempt");
    QCOMPARE(m_queue->failedWaits(), std::vector<int>({ EBADF }));
    t_fault.calls = 0;
    while (m_core->pollDescriptor() < 0)
        m_core->processEvents(QEventLoop::AllEvents);
    QVERIFY(servesItsQueue());
    QVERIFY(isWoken(Wait));
}

void tst_OwnDescriptors::aLoopWithoutDescriptorsTriesAgain_data()
{
    QTest::addColumn<QByteArray>("function");
    QTest::addColumn<bool>("excluded");
    for (const char *function : { "epoll_create1", "eventfd" }) {
        QTest::addRow("%s", function) << QByteArray(function) << false;
        QTest::addRow("%s, without notifiers", function) << QByteArray(function) << true;
    }
}

void tst_OwnDescriptors::aLoopWithoutDescriptorsTriesAgain()
{
    QFETCH(const QByteArray, function);
    QFETCH(const bool, excluded);
    for (const int number : { m_core->pollDescriptor(), m_waker })
        QCOMPARE(::close(number), 0);
    t_fault = { function.constData(), EMFILE, 2 };
    expectFailure();
    const Watchdog watchdog;
    m_core->processEvents(excluded ? WaitExcluded : Wait);
    m_core->processEvents(Wait); // which notices the set, too, if the first call has not
    int calls = 0;
    while (t_fault.calls > 0) { // its own time ends each wait
        m_core->processEvents(excluded ? WaitExcluded : Wait);
        ++calls;
    }
    QVERIFY(!watchdog.hasBitten());
    QVERIFY(calls < 10);
    QVERIFY(isWoken(Wait));
    QVERIFY(isWoken(WaitExcluded));
    QVERIFY(servesItsQueue());
}

void tst_OwnDescriptors::aNotifierUnderTheWakersNumberStays()
{
    Pipe pipe;
    QCOMPARE(::dup2(pipe.readEnd(), m_waker), m_waker);
    const Descriptor reused(m_waker);
    LoggingWatcher watcher(m_waker, *m_log);
    QVERIFY(m_core->descriptors().add(&watcher));
    expectFailure();
    m_core->processEvents(QEventLoop::AllEvents);
    QCOMPARE(m_queue->failedWaits(), std::vector<int>({ EBADF }));
    pipe.write();
    m_core->processEvents(QEventLoop::AllEvents);
    QVERIFY(m_log->contains(QStringLiteral("descriptor")));
    m_core->descriptors().remove(&watcher);
    QVERIFY(isWoken(Wait));
}

void tst_OwnDescriptors::aSetOfTheProgramIsNotTakenForOurs()
{
    Pipe pipe;
    const Descriptor set(::epoll_create1(EPOLL_CLOEXEC));
    epoll_event event{ .events = EPOLLIN, .data = { .u64 = ~0ull } }; // no entry of the poller's
    QCOMPARE(::epoll_ctl(set.get(), EPOLL_CTL_ADD, pipe.readEnd(), &event), 0);
    pipe.write();
    const int number = m_core->pollDescriptor();
    QCOMPARE(::dup2(set.get(), number), number);
    const Descriptor reused(number);
    expectFailure();
    m_core->processEvents(QEventLoop::AllEvents);
    QVERIFY(m_core->pollDescriptor() != number);
    QVERIFY(servesItsQueue());
    QVERIFY(isWoken(Wait));
    QCOMPARE(::epoll_wait(number, &event, 1, 0), 1); // it is the program's
}

/// The kernel refuses then to watch anything, which is not the fault of what is to be watched.
void tst_OwnDescriptors::aFileUnderTheNumberOfTheSetIsNotTakenForIt()
{
    Pipe pipe;
    LoggingWatcher watcher(pipe.readEnd(), *m_log);
    QVERIFY(m_core->descriptors().add(&watcher));
    m_core->processEvents(QEventLoop::AllEvents);
    const int number = m_core->pollDescriptor();
    const Pipe other;
    QCOMPARE(::dup2(other.readEnd(), number), number);
    const Descriptor reused(number);
    expectFailure();
    m_core->processEvents(QEventLoop::AllEvents);
    QVERIFY(!m_log->contains(QStringLiteral("invalid")));
    QVERIFY(!m_queue->isClosed());
    pipe.write();
    m_core->processEvents(QEventLoop::AllEvents);
    QVERIFY(m_log->contains(QStringLiteral("descriptor")));
    m_core->descriptors().remove(&watcher);
    QVERIFY(servesItsQueue());
    QVERIFY(isWoken(Wait));
}

void tst_OwnDescriptors::aFileUnderTheNumberOfAQueuesSetIsNotTakenForIt_data()
{
    QTest::addColumn<bool>("isSet");
    QTest::newRow("another set") << true;
    QTest::newRow("a pipe") << false;
}

void tst_OwnDescriptors::aFileUnderTheNumberOfAQueuesSetIsNotTakenForIt()
{
    QFETCH(const bool, isSet);
    for (int i = 0; i < 2; ++i) { // by the second time the file is known to be a set
        m_queue->callAt(Clock::now() + 100us, [] { });
        m_core->processEvents(Wait);
    }
    const int number = m_queue->descriptor();
    Pipe pipe;
    const Poller other;
    QCOMPARE(::dup2(isSet ? other.descriptor() : pipe.readEnd(), number), number);
    const Descriptor reused(number);
    m_queue->callAt(Clock::now() + 100us, [] { });
    m_core->processEvents(Wait);
    QVERIFY(m_queue->isClosed());
    QVERIFY(m_queue->failedWaits().empty());
    pipe.write();
    m_core->processEvents(QEventLoop::AllEvents);
    QVERIFY(isWoken(Wait));
}

void tst_OwnDescriptors::aChildOfALoopWithoutAWakerIsWoken()
{
    if (HasThreadSanitizer)
        QSKIP("ThreadSanitizer ends a forked child that starts a thread");
    QCOMPARE(::close(m_waker), 0);
    t_fault = { "eventfd", EMFILE, 1 };
    expectFailure();
    m_core->processEvents(Wait);
    QCOMPARE(t_fault.calls, 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(10);
        ::_exit(isWoken(Wait) ? 0 : 1);
    }
    int status = -1;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QCOMPARE(status, 0);
}

void tst_OwnDescriptors::aChildTriesAgain_data()
{
    QTest::addColumn<QByteArray>("function");
    QTest::addColumn<int>("reported");
    QTest::newRow("the set") << QByteArray("epoll_create1") << ENOMEM;
    QTest::newRow("the waker") << QByteArray("eventfd") << EBADF;
}

void tst_OwnDescriptors::aChildTriesAgain()
{
    if (HasThreadSanitizer)
        QSKIP("ThreadSanitizer ends a forked child that starts a thread");
    QFETCH(const QByteArray, function);
    QFETCH(const int, reported);
    m_core->readyQueues().detach(m_queue.get()); // which has a set, too
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(10);
        FakeReadyQueue queue;
        m_core->readyQueues().attach(&queue);
        t_fault = { function.constData(), ENOMEM, 4 }; // two attempts at first
        while (t_fault.calls > 0)
            m_core->processEvents(Wait);
        ::_exit(isWoken(Wait) && queue.failedWaits() == std::vector<int>({ reported }) ? 0 : 1);
    }
    int status = -1;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QCOMPARE(status, 0);
}

/// The child has closed all that it does not know, and opened its own files.
void tst_OwnDescriptors::aChildsFilesAreLeftAlone()
{
    if (HasThreadSanitizer)
        QSKIP("ThreadSanitizer ends a forked child that starts a thread");
    Pipe pipe;
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(10);
        const int numbers[] = { m_core->pollDescriptor(), m_waker, m_queue->descriptor() };
        for (const int number : numbers)
            ::dup2(pipe.readEnd(), number);
        const bool works = isWoken(Wait) && servesItsQueue() && isWoken(WaitExcluded);
        const bool isLeftAlone = std::ranges::all_of(numbers, [&](int number) {
            char byte = 0;
            pipe.write();
            return ::read(number, &byte, 1) == 1;
        });
        ::_exit(works && isLeftAlone && m_queue->failedWaits().empty() ? 0 : 1);
    }
    int status = -1;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QCOMPARE(status, 0);
}

QTEST_GUILESS_MAIN(tst_OwnDescriptors)

#include "tst_owndescriptors.moc"
