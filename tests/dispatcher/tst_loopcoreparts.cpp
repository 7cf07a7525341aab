// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <fakereadyqueue.h>
#include <kernelfaults.h>
#include <loopcore.h>
#include <phaselog.h>
#include <watchdog.h>

#include <QtTest/qtest.h>

#include <cerrno>
#include <deque>

#include <sys/resource.h>

using namespace QtAsyncio;
using namespace std::chrono_literals;

/// Waits of a loop core that have parts, because not all descriptors are checked first or the
/// kernel has refused one.
class tst_LoopCoreParts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void anotherLoopsDeadlineEndsTheWait_data();
    void anotherLoopsDeadlineEndsTheWait();
    void theLastPartEndsInTime();

private:
    void watchPipes();

    PhaseLog m_log;
    std::unique_ptr<LoopCore> m_core;
    std::unique_ptr<FakeReadyQueue> m_queue;
    std::deque<Pipe> m_pipes;
    std::deque<LoggingWatcher> m_watchers;
};

void tst_LoopCoreParts::initTestCase()
{
    rlimit limit{ };
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 4096);
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &limit), 0);
}

void tst_LoopCoreParts::init()
{
    m_core = std::make_unique<LoopCore>(m_log);
    m_queue = std::make_unique<FakeReadyQueue>();
    m_core->readyQueues().attach(m_queue.get());
}

void tst_LoopCoreParts::cleanup()
{
    t_fault = { };
    for (LoggingWatcher &watcher : m_watchers)
        m_core->descriptors().remove(&watcher);
    m_watchers.clear();
    m_pipes.clear();
    m_core->readyQueues().detach(m_queue.get());
    m_core.reset();
    m_queue.reset();
}

void tst_LoopCoreParts::watchPipes()
{
    for (int i = 0; i < 1'000; ++i) {
        m_pipes.emplace_back();
        m_watchers.emplace_back(m_pipes.back().readEnd(), m_log);
        QVERIFY(m_core->descriptors().add(&m_watchers.back()));
    }
}

void tst_LoopCoreParts::anotherLoopsDeadlineEndsTheWait_data()
{
    QTest::addColumn<bool>("refused");
    QTest::newRow("1,000 descriptors") << false;
    QTest::newRow("a descriptor that the kernel refuses") << true;
}

void tst_LoopCoreParts::anotherLoopsDeadlineEndsTheWait()
{
    QFETCH(const bool, refused);
    if (refused)
        t_fault = { "epoll_ctl", ENOSPC, 1'000'000 };
    else
        watchPipes();
    const Watchdog watchdog;
    m_queue->shareWaits(1ms);
    m_core->processEvents(QEventLoop::WaitForMoreEvents);
    QVERIFY(!watchdog.hasBitten());
    QCOMPARE(m_queue->waitsBegun(), 1);
    QCOMPARE(m_queue->waitsEnded(), std::vector<bool>({ false }));
}

void tst_LoopCoreParts::theLastPartEndsInTime()
{
    watchPipes();
    const Watchdog watchdog;
    const TimePoint deadline = Clock::now() + 80ms; // a part lasts 64 ms
    bool called = false;
    m_queue->callAt(deadline, [&] { called = true; });
    m_core->processEvents(QEventLoop::WaitForMoreEvents);
    QVERIFY(called);
    QVERIFY(Clock::now() >= deadline);
    QVERIFY(!watchdog.hasBitten());
}

QTEST_GUILESS_MAIN(tst_LoopCoreParts)

#include "tst_loopcoreparts.moc"
