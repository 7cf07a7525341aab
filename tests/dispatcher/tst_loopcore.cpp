// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <fakereadyqueue.h>
#include <loopcore.h>
#include <phaselog.h>
#include <receiver.h>
#include <watchdog.h>

#include <QtTest/qtest.h>

#include <poll.h>

using namespace Qt::StringLiterals;
using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

constexpr auto Wait = QEventLoop::WaitForMoreEvents;
constexpr auto AllEvents = QEventLoop::AllEvents;

} // namespace

/// One core, driven by hand. The thread's own dispatcher is not used, so that what is posted
/// does not wake this one: where a test posts, it wakes the core up itself, as Qt would.
class tst_LoopCore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void servesEverySourceInOrder();
    void aCallWithNothingToDoHandlesNothing();
    void aPendingWakeUpEndsTheNextWaitAndCounts();
    void aWakeUpFromAnotherThreadEndsTheWait();
    void aWakeUpEndsOneWait_data();
    void aWakeUpEndsOneWait();
    void aForeignWaitLeavesNothingToBeWokenBy();
    void aWakeUpDuringDeliveryAlsoEndsTheWaitOfTheNextCall();
    void anInterruptedCallDoesNotWait();
    void whatAboutToBlockBringsEndsTheWait();
    void aTimerBoundsTheWait();
    void excludedDescriptorsAreNotPolled();
    void excludedTimersNeitherFireNorBoundTheWait();
    void aClosedDescriptorIsInvalidated();
    void theWindowSystemsEventsCount();
    void aPumpDeliversThePostedEventsOncePerCall();
    void aPumpRunsAgainAfterAWaitThatWasEndedByAWakeUp();

private:
    /// Calls until \a flags no longer make it wait; the phases it went through.
    QStringList phasesOf(LoopCore::Flags flags);
    void startTimer(Duration interval, int id = 1);

    std::unique_ptr<Receiver> m_receiver;
    std::unique_ptr<PhaseLog> m_log;
    std::unique_ptr<LoopCore> m_core;
};

void tst_LoopCore::init()
{
    m_receiver = std::make_unique<Receiver>();
    m_receiver->onEvent([this](int) { m_log->phases.append(u"posted"_s); });
    m_receiver->onTimer([this](int) { m_log->phases.append(u"timer"_s); });
    m_log = std::make_unique<PhaseLog>();
    m_core = std::make_unique<LoopCore>(*m_log);
    m_core->setPlatformEvents(m_log->platformEvents());
}

void tst_LoopCore::cleanup()
{
    m_core.reset();
    m_receiver.reset();
}

QStringList tst_LoopCore::phasesOf(LoopCore::Flags flags)
{
    m_log->phases.clear();
    m_core->processEvents(flags);
    return m_log->phases;
}

void tst_LoopCore::startTimer(Duration interval, int id)
{
    m_core->timers().registerTimer(id,
                                   std::chrono::duration_cast<std::chrono::milliseconds>(interval),
                                   Qt::PreciseTimer, m_receiver.get(), Clock::now());
}

void tst_LoopCore::servesEverySourceInOrder()
{
    Pipe pipe;
    LoggingWatcher watcher(pipe.readEnd(), *m_log);
    FakeReadyQueue queue;
    QVERIFY(m_core->descriptors().add(&watcher));
    m_core->readyQueues().attach(&queue);
    pipe.write();
    startTimer(0ms);
    queue.callSoon([this] { m_log->phases.append(u"handle"_s); });
    m_receiver->post(1);
    m_core->wakeUp();
    QCOMPARE(phasesOf(Wait),
             QStringList({ u"awake"_s, u"posted"_s, u"descriptor"_s, u"timer"_s, u"window system"_s,
                           u"handle"_s }));
    m_core->descriptors().remove(&watcher);
    m_core->readyQueues().detach(&queue);
}

void tst_LoopCore::aCallWithNothingToDoHandlesNothing()
{
    QVERIFY(!m_core->processEvents(AllEvents));
    QCOMPARE(m_log->phases, QStringList({ u"awake"_s, u"window system"_s }));
}

void tst_LoopCore::aPendingWakeUpEndsTheNextWaitAndCounts()
{
    for (int i = 0; i < 10; ++i)
        m_core->wakeUp();
    QVERIFY(m_core->processEvents(Wait));
    QVERIFY(!m_log->contains(u"aboutToBlock"_s));
    QVERIFY(!m_core->processEvents(AllEvents));
}

void tst_LoopCore::aWakeUpFromAnotherThreadEndsTheWait()
{
    const Delayed other(10ms, [this] { m_core->wakeUp(); });
    QVERIFY(m_core->processEvents(Wait));
    QVERIFY(other.isDone());
}

void tst_LoopCore::aWakeUpEndsOneWait_data()
{
    QTest::addColumn<LoopCore::Flags>("first");
    QTest::addColumn<LoopCore::Flags>("second");
    const LoopCore::Flags polled = Wait;
    const LoopCore::Flags excluded = Wait | QEventLoop::ExcludeSocketNotifiers;
    QTest::newRow("polled, polled") << polled << polled;
    QTest::newRow("polled, excluded") << polled << excluded;
    QTest::newRow("excluded, polled") << excluded << polled;
    QTest::newRow("excluded, excluded") << excluded << excluded;
}

void tst_LoopCore::aWakeUpEndsOneWait()
{
    QFETCH(const LoopCore::Flags, first);
    QFETCH(const LoopCore::Flags, second);
    const Delayed other(5ms, [this] { m_core->wakeUp(); });
    QVERIFY(m_core->processEvents(first));
    QVERIFY(other.isDone());
    startTimer(5ms);
    QVERIFY(m_core->processEvents(second));
    QVERIFY(m_log->contains(u"timer"_s)); // in this call: nothing ended its wait before
}

void tst_LoopCore::aForeignWaitLeavesNothingToBeWokenBy()
{
    const auto isReadable = [this](int milliseconds) {
        pollfd request{ .fd = m_core->pollDescriptor(), .events = POLLIN, .revents = 0 };
        return ::poll(&request, 1, milliseconds) > 0;
    };
    QCOMPARE(m_core->beginForeignWait(), Forever);
    const Delayed other(5ms, [this] { m_core->wakeUp(); });
    QVERIFY(isReadable(10'000));
    QVERIFY(other.isDone());
    QVERIFY(m_core->endForeignWait());
    QVERIFY(!m_core->endForeignWait());
    QVERIFY(!isReadable(0));
}

void tst_LoopCore::aWakeUpDuringDeliveryAlsoEndsTheWaitOfTheNextCall()
{
    // It announces what the next call will deliver, which is a reason not to wait.
    m_receiver->onEvent([this](int number) {
        if (number == 1) {
            m_receiver->post(2);
            m_core->wakeUp();
        }
    });
    m_receiver->post(1);
    m_core->wakeUp();
    QVERIFY(m_core->processEvents(Wait));
    QCOMPARE(m_receiver->events(), QList<int>({ 1 }));
    QVERIFY(m_core->processEvents(Wait));
    QCOMPARE(m_receiver->events(), QList<int>({ 1, 2 }));
    QVERIFY(!m_log->contains(u"aboutToBlock"_s));
    QVERIFY(!m_core->processEvents(AllEvents));
}

void tst_LoopCore::anInterruptedCallDoesNotWait()
{
    m_receiver->onEvent([this](int) { m_core->interrupt(); });
    m_receiver->post(1);
    QVERIFY(!m_core->processEvents(Wait));
    QCOMPARE(m_log->phases, QStringList({ u"awake"_s }));

    // The interruption is over, its wake-up is not.
    QVERIFY(m_core->processEvents(Wait));
}

void tst_LoopCore::whatAboutToBlockBringsEndsTheWait()
{
    m_log->onAboutToBlock = [this] { m_core->wakeUp(); };
    m_core->processEvents(Wait);
    m_log->onAboutToBlock = [this] { startTimer(0ms); };
    m_core->processEvents(Wait); // announced by the former
    m_log->phases.clear();
    m_core->processEvents(Wait);
    QVERIFY(m_log->contains(u"timer"_s));

    m_core->timers().unregisterTimer(1);
    m_log->onAboutToBlock = [this] { m_core->interrupt(); };
    m_log->phases.clear();
    QVERIFY(!m_core->processEvents(Wait));
    QCOMPARE(m_log->phases, QStringList({ u"awake"_s, u"aboutToBlock"_s }));
}

void tst_LoopCore::aTimerBoundsTheWait()
{
    const TimePoint begin = Clock::now();
    startTimer(5ms);
    QVERIFY(m_core->processEvents(Wait));
    QVERIFY(Clock::now() - begin >= 5ms);
    QCOMPARE(m_receiver->timers().size(), 1);
}

void tst_LoopCore::excludedDescriptorsAreNotPolled()
{
    Pipe pipe;
    pipe.write();
    LoggingWatcher watcher(pipe.readEnd(), *m_log);
    QVERIFY(m_core->descriptors().add(&watcher));
    startTimer(5ms);
    QVERIFY(m_core->processEvents(Wait | QEventLoop::ExcludeSocketNotifiers));
    QVERIFY(m_log->contains(u"timer"_s)); // in this call: nothing ended its wait before
    QVERIFY(!m_log->contains(u"descriptor"_s));
    const Delayed other(5ms, [this] { m_core->wakeUp(); });
    m_core->timers().unregisterTimer(1);
    QVERIFY(m_core->processEvents(Wait | QEventLoop::ExcludeSocketNotifiers));
    QVERIFY(other.isDone());
    QVERIFY(m_core->processEvents(AllEvents));
    QVERIFY(m_log->contains(u"descriptor"_s));
    m_core->descriptors().remove(&watcher);
}

void tst_LoopCore::excludedTimersNeitherFireNorBoundTheWait()
{
    startTimer(0ms);
    const Delayed other(5ms, [this] { m_core->wakeUp(); });
    QVERIFY(m_core->processEvents(Wait | QEventLoop::X11ExcludeTimers));
    QVERIFY(other.isDone());
    QVERIFY(m_receiver->timers().isEmpty());
    m_core->processEvents(AllEvents);
    QCOMPARE(m_receiver->timers().size(), 1);
}

void tst_LoopCore::aClosedDescriptorIsInvalidated()
{
    Pipe pipe;
    LoggingWatcher watcher(pipe.readEnd(), *m_log);
    QVERIFY(m_core->descriptors().add(&watcher));
    pipe.closeReadEnd();
    QVERIFY(phasesOf(AllEvents).contains(u"invalid"_s));
    QVERIFY(!phasesOf(AllEvents).contains(u"invalid"_s));
    m_core->descriptors().remove(&watcher);
}

void tst_LoopCore::theWindowSystemsEventsCount()
{
    m_log->windowSystemHandles = true;
    QVERIFY(m_core->processEvents(AllEvents));
    m_core->setPlatformEvents(nullptr);
    QVERIFY(!m_core->processEvents(AllEvents));
}

void tst_LoopCore::aPumpDeliversThePostedEventsOncePerCall()
{
    m_log->hasPump = true;
    m_receiver->onEvent([this](int number) {
        if (number < 3) {
            m_receiver->post(number + 1);
            m_core->wakeUp();
        }
    });
    m_receiver->post(1);
    m_core->wakeUp();
    for (int number = 1; number <= 3; ++number) {
        QVERIFY(m_core->processEvents(Wait));
        QCOMPARE(m_receiver->events().size(), number);
    }
    m_log->windowSystemHandles = true;
    QVERIFY(m_core->processEvents(AllEvents)); // the pump is called without WaitForMoreEvents
}

void tst_LoopCore::aPumpRunsAgainAfterAWaitThatWasEndedByAWakeUp()
{
    m_log->hasPump = true;
    const QStringList expected{ u"awake"_s, u"pump"_s, u"aboutToBlock"_s, u"pump"_s };
    // Again if the other thread was faster than the way to the wait.
    for (int i = 0; i < 100 && m_log->phases != expected; ++i) {
        const Delayed other(1ms * i, [this] { m_core->wakeUp(); });
        phasesOf(Wait);
    }
    QCOMPARE(m_log->phases, expected);
}

QTEST_GUILESS_MAIN(tst_LoopCore)
#include "tst_loopcore.moc"
