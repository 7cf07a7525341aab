// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"
#include "watchedpipe.h"

#include <receiver.h>
#include <ticker.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qpointer.h>
#include <QtTest/qtest.h>

using namespace Contract;
using namespace QtAsyncio;

namespace {

/// From whose slot something is deleted.
const char *const origins[] = { "posted", "timer", "notifier" };

/// Has a function called once, from inside the slot that a test names.
class Trigger final
{
public:
    Trigger(const QString &origin, std::function<void()> function)
        : m_function(std::move(function))
    {
        m_receiver.onEvent([this](int) { call(); });
        m_receiver.onTimer([this](int) { call(); });
        if (origin == QLatin1String("posted"))
            m_receiver.post(1);
        else if (origin == QLatin1String("timer"))
            spinUntilDue(m_receiver.startTimer(1, Qt::PreciseTimer));
        else
            m_watched.pipe.write();
    }
    Q_DISABLE_COPY_MOVE(Trigger)

private:
    void call()
    {
        m_watched.pipe.drain();
        if (const auto function = std::exchange(m_function, nullptr))
            function();
    }

    std::function<void()> m_function;
    Receiver m_receiver;
    WatchedPipe m_watched{ [this] { call(); } };
};

} // namespace

/// Slots that take the ground from under the dispatcher's feet.
class tst_ContractDeletions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void aSlotMayDeleteTheLoop_data() { addOrigins(); }
    void aSlotMayDeleteTheLoop();
    void aSlotMayDeleteEverybodyElse_data() { addOrigins(); }
    void aSlotMayDeleteEverybodyElse();
    void aSlotMayReplaceEverybodyElse_data() { addOrigins(); }
    void aSlotMayReplaceEverybodyElse();
    void aTimerMayDeleteTheObjectOfADueTimer();
    void aTimerMayDeleteItsObjectInANestedLoop();
    void aNotifierMayDeleteItselfInANestedLoop();
    void aTimerMayDeleteAReadyNotifierOfTheNextCall();
    void aNotifierMayStopADueTimer();
    void aNotifierMayStartATimerThatIsDueAtOnce();
    void aPostedEventMayDeleteAReadyNotifierAndADueTimer();

private:
    static void addOrigins()
    {
        QTest::addColumn<QString>("origin");
        for (const char *origin : origins)
            QTest::newRow(origin) << QString::fromLatin1(origin);
    }
};

void tst_ContractDeletions::aSlotMayDeleteTheLoop()
{
    // Not while it executes: QEventLoop itself does not survive that. But a loop that has ended,
    // or one that only delivered, may go while an inner one runs.
    QFETCH(const QString, origin);
    QPointer<QEventLoop> loop = new QEventLoop;
    bool deleted = false;
    const Trigger trigger(origin, [&] {
        QEventLoop inner;
        QMetaObject::invokeMethod(
                &inner,
                [&] {
                    delete loop;
                    inner.quit();
                },
                Qt::QueuedConnection);
        inner.exec();
        deleted = loop.isNull();
    });
    QVERIFY(waitUntil([&] { return deleted; }));
    const Ticker ticker;
    QVERIFY(waitUntil([&] { return ticker.ticks() >= 2; }));
}

void tst_ContractDeletions::aSlotMayDeleteEverybodyElse()
{
    QFETCH(const QString, origin);
    constexpr int Others = 20;
    std::vector<std::unique_ptr<Receiver>> receivers;
    std::vector<std::unique_ptr<WatchedPipe>> pipes;
    bool gone = false;
    int afterwards = 0;
    Trigger trigger(origin, [&] {
        receivers.clear();
        pipes.clear();
        gone = true;
    });
    for (int i = 0; i < Others; ++i) {
        auto &receiver = receivers.emplace_back(std::make_unique<Receiver>());
        receiver->onEvent([&](int) { afterwards += gone; });
        receiver->onTimer([&](int) { afterwards += gone; });
        receiver->startTimer(0);
        receiver->post(1);
        pipes.push_back(std::make_unique<WatchedPipe>([&] { afterwards += gone; }));
        pipes.back()->pipe.write();
    }
    QVERIFY(waitUntil([&] { return gone; }));
    settle();
    QCOMPARE(afterwards, 0);
}

void tst_ContractDeletions::aSlotMayReplaceEverybodyElse()
{
    // The same numbers and ids may be in use again before the pass goes on.
    QFETCH(const QString, origin);
    constexpr int Others = 10;
    std::vector<std::unique_ptr<Receiver>> receivers(Others);
    std::vector<std::unique_ptr<WatchedPipe>> pipes(Others);
    bool replaced = false;
    int notified = 0;
    int timed = 0;
    const auto make = [&] {
        for (auto &receiver : receivers) {
            receiver.reset();
            receiver = std::make_unique<Receiver>();
            receiver->onTimer([&](int) { timed += replaced; });
            receiver->startTimer(60'000, Qt::PreciseTimer);
        }
        for (auto &pipe : pipes) {
            pipe.reset();
            pipe = std::make_unique<WatchedPipe>([&] { notified += replaced; });
        }
    };
    make();
    for (int i = 0; i < Others; ++i) {
        receivers[i]->startTimer(0);
        pipes[i]->pipe.write();
    }
    const Trigger trigger(origin, [&] {
        replaced = true;
        make(); // nothing of this is ready
    });
    QVERIFY(waitUntil([&] { return replaced; }));
    settle();
    QCOMPARE(notified, 0);
    QCOMPARE(timed, 0);
}

void tst_ContractDeletions::aTimerMayDeleteTheObjectOfADueTimer()
{
    std::unique_ptr<Receiver> receivers[2] = { std::make_unique<Receiver>(),
                                               std::make_unique<Receiver>() };
    int fired = 0;
    for (int i = 0; i < 2; ++i) {
        receivers[i]->onTimer([&, i](int) {
            ++fired;
            receivers[1 - i].reset();
        });
    }
    receivers[0]->startTimer(1, Qt::PreciseTimer);
    spinUntilDue(receivers[1]->startTimer(2, Qt::PreciseTimer));
    settle();
    QVERIFY(receivers[0] && !receivers[1]);
    QVERIFY(fired >= 1);
}

void tst_ContractDeletions::aTimerMayDeleteItsObjectInANestedLoop()
{
    auto receiver = std::make_unique<Receiver>();
    Receiver other;
    bool left = false;
    other.onEvent([&](int) { receiver.reset(); });
    receiver->onTimer([&](int) {
        other.post(1);
        while (receiver)
            processEvents(Wait);
        left = true;
    });
    receiver->startTimer(1, Qt::PreciseTimer);
    QVERIFY(waitUntil([&] { return left; }));
    settle();
}

void tst_ContractDeletions::aNotifierMayDeleteItselfInANestedLoop()
{
    bool left = false;
    Receiver other;
    std::unique_ptr<WatchedPipe> watched;
    other.onEvent([&](int) { watched.reset(); });
    watched = std::make_unique<WatchedPipe>([&, entered = false]() mutable {
        if (std::exchange(entered, true))
            return;
        other.post(1);
        while (watched)
            processEvents(Wait);
        left = true;
    });
    watched->pipe.write();
    QVERIFY(waitUntil([&] { return left; }));
    settle();
}

void tst_ContractDeletions::aTimerMayDeleteAReadyNotifierOfTheNextCall()
{
    auto watched = std::make_unique<WatchedPipe>();
    Receiver receiver;
    int seen = -1;
    receiver.onTimer([&](int id) {
        receiver.killTimer(id);
        watched->pipe.write();
        seen = watched->activations;
        watched.reset();
    });
    spinUntilDue(receiver.startTimer(1, Qt::PreciseTimer));
    settle();
    QCOMPARE(seen, 0);
}

void tst_ContractDeletions::aNotifierMayStopADueTimer()
{
    Receiver receiver;
    const int id = receiver.startTimer(1, Qt::PreciseTimer);
    WatchedPipe watched([&] {
        watched.pipe.drain();
        receiver.killTimer(id);
    });
    spinUntilDue(id);
    watched.pipe.write();
    settle();
    QCOMPARE(watched.activations, 1);
    QVERIFY(receiver.timers().isEmpty());
}

void tst_ContractDeletions::aNotifierMayStartATimerThatIsDueAtOnce()
{
    Receiver receiver;
    receiver.onTimer([&](int id) { receiver.killTimer(id); });
    WatchedPipe watched([&] {
        watched.pipe.drain();
        receiver.startTimer(0);
    });
    watched.pipe.write();
    processEvents();
    processEvents();
    QCOMPARE(receiver.timers().size(), 1);
}

void tst_ContractDeletions::aPostedEventMayDeleteAReadyNotifierAndADueTimer()
{
    auto watched = std::make_unique<WatchedPipe>([] { QFAIL("It was deleted."); });
    auto timed = std::make_unique<Receiver>();
    timed->onTimer([](int) { QFAIL("It was deleted."); });
    Receiver receiver;
    receiver.onEvent([&](int) {
        watched.reset();
        timed.reset();
    });
    watched->pipe.write();
    spinUntilDue(timed->startTimer(1, Qt::PreciseTimer));
    receiver.post(1);
    settle();
    QVERIFY(!watched && !timed);
}

std::unique_ptr<QObject> Contract::createDeletions()
{
    return std::make_unique<tst_ContractDeletions>();
}

#include "contract_deletions.moc"
