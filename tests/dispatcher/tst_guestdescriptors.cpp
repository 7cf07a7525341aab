// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <attachedhost.h>
#include <errnowarning.h>
#include <fakereadyqueue.h>
#include <kernelfaults.h>
#include <threadsanitizer.h>
#include <watchdog.h>

#include <QtCore/qabstracteventdispatcher.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <iterator>
#include <map>
#include <string>
#include <system_error>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

using namespace QtAsyncio;
using namespace std::chrono_literals;

/// A guest of Qt's dispatcher to which the kernel refuses something, or whose descriptors are
/// closed.
class tst_GuestDescriptors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void isNotMadeWithoutDescriptors_data();
    void isNotMadeWithoutDescriptors();
    void isServedWithoutWatches_data();
    void isServedWithoutWatches();
    void triesAgainByItself_data();
    void triesAgainByItself();
    void aTimerUnderWhoseNumberIsAnotherFileIsReplaced();
    void aWakeUpWhileTheWakerIsReplacedIsNotLost();
    void aChildsFilesAreLeftAlone();

private:
    int own(const std::string &kind) const { return m_own.at(kind); }
    static void expectFailure();
    bool isServed();

    std::unique_ptr<AttachedHost> m_host;
    std::unique_ptr<FakeReadyQueue> m_queue;
    std::map<std::string, int> m_own; // the host's descriptors by kind
};

void tst_GuestDescriptors::init()
{
    m_own.clear();
    m_queue = std::make_unique<FakeReadyQueue>();
    std::map<std::string, std::vector<int>> others;
    for (const char *kind : { "eventpoll", "eventfd", "timerfd" })
        others[kind] = descriptorsOf(kind);
    m_host = std::make_unique<AttachedHost>(QAbstractEventDispatcher::instance());
    for (const auto &[kind, before] : others) {
        const std::vector<int> all = descriptorsOf(kind);
        std::vector<int> fresh;
        std::ranges::set_difference(all, before, std::back_inserter(fresh));
        QCOMPARE(fresh.size(), 1u);
        m_own[kind] = fresh.front();
    }
}

void tst_GuestDescriptors::cleanup()
{
    t_fault = { };
    m_host->detach(m_queue.get());
    m_host.reset();
    m_queue.reset();
}

void tst_GuestDescriptors::expectFailure()
{
    expectErrnoWarning(EBADF, "QtAsyncio: the thread's event loop could not be served");
}

/// Whether a deadline and a wake-up of another thread are noticed, while nothing else happens.
bool tst_GuestDescriptors::isServed()
{
    QEventLoop eventLoop;
    const Watchdog watchdog;
    m_queue->callAt(Clock::now() + 1ms, [&] { eventLoop.quit(); });
    eventLoop.exec();
    std::atomic<bool> woken = false;
    std::thread other([&] {
        std::this_thread::sleep_for(2ms); // the wait has begun, or is about to
        woken = true;
        m_host->wakeUp();
    });
    while (!woken)
        eventLoop.processEvents(QEventLoop::WaitForMoreEvents);
    other.join();
    return !watchdog.hasBitten();
}

void tst_GuestDescriptors::isNotMadeWithoutDescriptors_data()
{
    QTest::addColumn<QByteArray>("function");
    QTest::addColumn<int>("error");
    for (const char *function : { "epoll_create1", "eventfd", "timerfd_create" }) {
        for (const int error : { EMFILE, ENFILE, ENOMEM })
            QTest::addRow("%s, %d", function, error) << QByteArray(function) << error;
    }
}

void tst_GuestDescriptors::isNotMadeWithoutDescriptors()
{
    QFETCH(const QByteArray, function);
    QFETCH(const int, error);
    t_fault = { function.constData(), error, 1 };
    int code = 0;
    try {
        const AttachedHost host(QAbstractEventDispatcher::instance());
    } catch (const std::system_error &thrown) {
        code = thrown.code().value();
    }
    QCOMPARE(code, error);
}

void tst_GuestDescriptors::isServedWithoutWatches_data()
{
    QTest::addColumn<int>("calls");
    QTest::newRow("for a moment") << 1;
    QTest::newRow("as long as it takes") << 1'000'000;
}

void tst_GuestDescriptors::isServedWithoutWatches()
{
    QFETCH(const int, calls);
    t_fault = { "epoll_ctl", ENOSPC, calls };
    m_host->attach(m_queue.get());
    bool called = false;
    QVERIFY(isServed());
    m_queue->callSoon([&] { called = true; });
    QTRY_VERIFY(called);
}

void tst_GuestDescriptors::triesAgainByItself_data()
{
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<QByteArray>("function");
    QTest::newRow("the set") << QByteArray("eventpoll") << QByteArray("epoll_create1");
    QTest::newRow("the waker") << QByteArray("eventfd") << QByteArray("eventfd");
    QTest::newRow("the timer") << QByteArray("timerfd") << QByteArray("timerfd_create");
}

void tst_GuestDescriptors::triesAgainByItself()
{
    QFETCH(const QByteArray, kind);
    QFETCH(const QByteArray, function);
    m_host->attach(m_queue.get());
    QVERIFY(isServed());
    QCOMPARE(::close(own(kind.toStdString())), 0);
    t_fault = { function.constData(), EMFILE, 3 };
    expectFailure();
    QVERIFY(isServed());
    QVERIFY(isServed());
    QCOMPARE(t_fault.calls, 0);
    QCOMPARE(m_queue->failedWaits(), std::vector<int>({ EBADF }));
}

void tst_GuestDescriptors::aTimerUnderWhoseNumberIsAnotherFileIsReplaced()
{
    const Pipe pipe;
    m_host->attach(m_queue.get());
    QVERIFY(isServed());
    QCOMPARE(::dup2(pipe.readEnd(), own("timerfd")), own("timerfd"));
    const Descriptor reused(own("timerfd"));
    expectFailure();
    QVERIFY(isServed());
    QCOMPARE(m_queue->failedWaits(), std::vector<int>({ EBADF }));
}

void tst_GuestDescriptors::aWakeUpWhileTheWakerIsReplacedIsNotLost()
{
    m_host->attach(m_queue.get());
    QVERIFY(isServed());
    for (const int number : { own("eventfd"), m_queue->descriptor() })
        QCOMPARE(::close(number), 0);
    m_queue->atClosed([&] { m_host->wakeUp(); });
    expectFailure();
    QVERIFY(isServed());
}

void tst_GuestDescriptors::aChildsFilesAreLeftAlone()
{
    if (HasThreadSanitizer)
        QSKIP("ThreadSanitizer ends a forked child that starts a thread");
    m_host->attach(m_queue.get());
    QVERIFY(isServed());
    Pipe pipe;
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(10);
        m_own["queue"] = m_queue->descriptor();
        for (const auto &[kind, number] : m_own)
            ::dup2(pipe.readEnd(), number);
        const bool works = isServed();
        const bool isLeftAlone = std::ranges::all_of(m_own, [&](const auto &own) {
            char byte = 0;
            pipe.write();
            return ::read(own.second, &byte, 1) == 1;
        });
        ::_exit(works && isLeftAlone && m_queue->failedWaits().empty() ? 0 : 1);
    }
    int status = -1;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QCOMPARE(status, 0);
}

QTEST_GUILESS_MAIN(tst_GuestDescriptors)

#include "tst_guestdescriptors.moc"
