// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"
#include "watchedpipe.h"

#include <ticker.h>
#include <watchdog.h>

#include <QtTest/qtest.h>

using namespace Contract;
using namespace QtAsyncio;
using namespace std::chrono_literals;

class tst_ContractNotifiers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void aNotifierTellsOncePerCallWhileThereIsSomething();
    void aNotifierCounts();
    void aWaitingCallEndsWhenADescriptorIsReady();
    void readComesBeforeWrite();
    void aDisabledNotifierIsSilent();
    void aNotifierMayDisableItself();
    void aNotifierMayBeSwitchedOffAndOnInItsSlot();
    void aNotifierMayDeleteItself();
    void aNotifierMayDisableAnother();
    void aNotifierMayDeleteAnother();
    void aNestedLoopServesWhatIsPending();
    void aNotifierMayRunANestedLoopThatServesItAgain();
    void aHangUpReachesTheReader();
    void ordinaryDataIsNoException();
    void excludedNotifiersAreNotPolledAndComeLater();
    void manyDescriptorsAreAllServed();
};

void tst_ContractNotifiers::aNotifierTellsOncePerCallWhileThereIsSomething()
{
    WatchedPipe watched;
    processEvents();
    QCOMPARE(watched.activations, 0);
    watched.pipe.write();
    for (int call = 1; call <= 3; ++call) {
        processEvents();
        QCOMPARE(watched.activations, call);
    }
    watched.pipe.drain();
    processEvents();
    QCOMPARE(watched.activations, 3);
}

void tst_ContractNotifiers::aNotifierCounts()
{
    WatchedPipe watched;
    QVERIFY(!processEvents());
    watched.pipe.write();
    QVERIFY(processEvents());
}

void tst_ContractNotifiers::aWaitingCallEndsWhenADescriptorIsReady()
{
    const Watchdog watchdog;
    WatchedPipe watched;
    const Delayed writer(10ms, [&] { watched.pipe.write(); });
    while (!watched.activations && !watchdog.hasBitten())
        processEvents(Wait);
    QVERIFY(!watchdog.hasBitten());
}

void tst_ContractNotifiers::readComesBeforeWrite()
{
    QStringList order;
    WatchedPipe read([&] { order.append(QStringLiteral("read")); });
    QSocketNotifier write(read.pipe.readEnd(), QSocketNotifier::Write);
    connect(&write, &QSocketNotifier::activated, this,
            [&] { order.append(QStringLiteral("write")); });
    read.pipe.write();
    processEvents();
    QCOMPARE(order.join(QLatin1Char(' ')), QStringLiteral("read write"));
}

void tst_ContractNotifiers::aDisabledNotifierIsSilent()
{
    WatchedPipe watched;
    watched.pipe.write();
    watched.notifier->setEnabled(false);
    processEvents();
    QCOMPARE(watched.activations, 0);
    watched.notifier->setEnabled(true);
    processEvents();
    QCOMPARE(watched.activations, 1);
}

void tst_ContractNotifiers::aNotifierMayDisableItself()
{
    WatchedPipe watched([&] { watched.notifier->setEnabled(false); });
    watched.pipe.write();
    settle();
    QCOMPARE(watched.activations, 1);
}

void tst_ContractNotifiers::aNotifierMayBeSwitchedOffAndOnInItsSlot()
{
    WatchedPipe watched([&] {
        watched.notifier->setEnabled(false);
        watched.notifier->setEnabled(true);
    });
    watched.pipe.write();
    for (int call = 1; call <= 3; ++call) {
        processEvents();
        QCOMPARE(watched.activations, call);
    }
}

void tst_ContractNotifiers::aNotifierMayDeleteItself()
{
    WatchedPipe watched([&] { watched.notifier.reset(); });
    watched.pipe.write();
    settle();
    QCOMPARE(watched.activations, 1);
}

void tst_ContractNotifiers::aNotifierMayDisableAnother()
{
    // Whichever comes first, the other one is ready too, and must be silent.
    std::unique_ptr<WatchedPipe> pipes[2];
    for (int i = 0; i < 2; ++i) {
        pipes[i] = std::make_unique<WatchedPipe>(
                [&pipes, i] { pipes[1 - i]->notifier->setEnabled(false); });
        pipes[i]->pipe.write();
    }
    processEvents();
    QCOMPARE(pipes[0]->activations + pipes[1]->activations, 1);
}

void tst_ContractNotifiers::aNotifierMayDeleteAnother()
{
    std::unique_ptr<WatchedPipe> pipes[2];
    int activations = 0;
    for (int i = 0; i < 2; ++i) {
        pipes[i] = std::make_unique<WatchedPipe>([&, i] {
            ++activations;
            pipes[1 - i].reset();
        });
        pipes[i]->pipe.write();
    }
    processEvents();
    QCOMPARE(activations, 1);
}

void tst_ContractNotifiers::aNestedLoopServesWhatIsPending()
{
    // Both are ready in one call. The second one is served inside the first one's slot, where
    // it empties its pipe: nothing stale may be left for the outer call.
    std::unique_ptr<WatchedPipe> pipes[2];
    bool nested = false;
    for (int i = 0; i < 2; ++i) {
        pipes[i] = std::make_unique<WatchedPipe>([&, i] {
            pipes[i]->pipe.drain();
            if (!std::exchange(nested, true))
                processEvents();
        });
        pipes[i]->pipe.write();
    }
    processEvents();
    QCOMPARE(pipes[0]->activations, 1);
    QCOMPARE(pipes[1]->activations, 1);
}

void tst_ContractNotifiers::aNotifierMayRunANestedLoopThatServesItAgain()
{
    int depth = 0;
    WatchedPipe watched([&] {
        if (++depth < 3)
            processEvents();
        watched.pipe.drain();
    });
    watched.pipe.write();
    processEvents();
    QVERIFY(watched.activations >= 1);
    settle();
    QVERIFY(watched.activations <= 3);
}

void tst_ContractNotifiers::aHangUpReachesTheReader()
{
    WatchedPipe watched;
    processEvents();
    QCOMPARE(watched.activations, 0);
    watched.pipe.closeWriteEnd();
    processEvents();
    QCOMPARE(watched.activations, 1);
}

void tst_ContractNotifiers::ordinaryDataIsNoException()
{
    WatchedPipe watched([] { }, QSocketNotifier::Exception);
    watched.pipe.write();
    processEvents();
    QCOMPARE(watched.activations, 0);
    watched.pipe.closeWriteEnd(); // a hang-up is news for everybody
    processEvents();
    if (qtMinorVersion() < 11)
        EXPECT_BROKEN_BY(Glib, "it watches for urgent data alone");
    QCOMPARE(watched.activations, 1);
}

void tst_ContractNotifiers::excludedNotifiersAreNotPolledAndComeLater()
{
    SKIP_ON(Glib, "it polls excluded descriptors and spins");
    WatchedPipe watched;
    watched.pipe.write();
    processEvents(QEventLoop::ExcludeSocketNotifiers);
    QCOMPARE(watched.activations, 0);

    IterationCounter counter;
    auto *dispatcher = QAbstractEventDispatcher::instance();
    const Delayed other(30ms, [&] { dispatcher->wakeUp(); });
    while (!other.isDone())
        processEvents(Wait | QEventLoop::ExcludeSocketNotifiers);
    QVERIFY(counter.iterations() < 10);
    QCOMPARE(watched.activations, 0);
    processEvents();
    QCOMPARE(watched.activations, 1);
}

void tst_ContractNotifiers::manyDescriptorsAreAllServed()
{
    std::vector<std::unique_ptr<WatchedPipe>> pipes;
    for (int i = 0; i < 150; ++i) {
        pipes.push_back(std::make_unique<WatchedPipe>());
        pipes.back()->pipe.write();
    }
    for (const auto &watched : pipes)
        QTRY_VERIFY(watched->activations >= 1);
}

std::unique_ptr<QObject> Contract::createNotifiers()
{
    return std::make_unique<tst_ContractNotifiers>();
}

#include "contract_notifiers.moc"
