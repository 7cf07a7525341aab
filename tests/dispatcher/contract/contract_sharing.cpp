// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"
#include "watchedpipe.h"

#include <attached.h>
#include <fakereadyqueue.h>
#include <ticker.h>

#include <QtTest/qtest.h>

#include <fcntl.h>
#include <unistd.h>

using namespace Contract;
using namespace QtAsyncio;

/// One descriptor, or one open file, that several watch.
class tst_ContractSharing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void allTypesOfOneDescriptorAreServed();
    void oneTypeGoesAndTheOthersStay();
    void theNewestNotifierOfATypeIsServed();
    void aNotifierThatTakesOverIsServed();
    void duplicatesAreServedEach();
    void aDuplicateThatIsClosedLeavesTheOriginal();
    void aDescriptorThatIsReplacedIsServed();
    void anIdleDescriptorThatIsReplacedIsServed();
    void aReadyQueueReadsWhatQtReads();
    void aReadyQueueWritesWhereQtReads();
    void whoeverLeavesFirstDoesNotDisturb();
};

void tst_ContractSharing::allTypesOfOneDescriptorAreServed()
{
    WatchedPipe watched;
    QSocketNotifier write(watched.pipe.readEnd(), QSocketNotifier::Write);
    QSocketNotifier exception(watched.pipe.readEnd(), QSocketNotifier::Exception);
    int writable = 0;
    int exceptions = 0;
    connect(&write, &QSocketNotifier::activated, this, [&] { ++writable; });
    connect(&exception, &QSocketNotifier::activated, this, [&] { ++exceptions; });
    processEvents();
    QCOMPARE(watched.activations, 0);
    QCOMPARE(writable, 1);
    watched.pipe.write();
    processEvents();
    QCOMPARE(watched.activations, 1);
    QCOMPARE(writable, 2);
    QCOMPARE(exceptions, 0);
}

void tst_ContractSharing::oneTypeGoesAndTheOthersStay()
{
    WatchedPipe watched;
    auto write = std::make_unique<QSocketNotifier>(watched.pipe.readEnd(), QSocketNotifier::Write);
    int writable = 0;
    connect(write.get(), &QSocketNotifier::activated, this, [&] { ++writable; });
    watched.pipe.write();
    processEvents();
    watched.notifier->setEnabled(false);
    processEvents();
    QCOMPARE(watched.activations, 1);
    QCOMPARE(writable, 2);
    watched.notifier->setEnabled(true);
    write.reset();
    processEvents();
    QCOMPARE(watched.activations, 2);
    QCOMPARE(writable, 2);
}

void tst_ContractSharing::theNewestNotifierOfATypeIsServed()
{
    // Under Glib both are, but nobody promises more than this.
    WatchedPipe watched;
    processEvents();
    if (kind() != Kind::Glib)
        expectWarning("Multiple socket notifiers for same socket");
    QSocketNotifier newest(watched.pipe.readEnd(), QSocketNotifier::Read);
    int activations = 0;
    connect(&newest, &QSocketNotifier::activated, this, [&] { ++activations; });
    watched.pipe.write();
    processEvents();
    QCOMPARE(activations, 1);
    if (kind() == Kind::Unix)
        expectWarning("Multiple socket notifiers for same socket");
    watched.notifier.reset();
    processEvents();
    QCOMPARE(activations, 2);
}

void tst_ContractSharing::aNotifierThatTakesOverIsServed()
{
    WatchedPipe watched;
    processEvents();
    watched.notifier->setEnabled(false);
    QSocketNotifier next(watched.pipe.readEnd(), QSocketNotifier::Read);
    int activations = 0;
    connect(&next, &QSocketNotifier::activated, this, [&] { ++activations; });
    watched.pipe.write();
    processEvents();
    QCOMPARE(activations, 1);
    QCOMPARE(watched.activations, 0);
}

void tst_ContractSharing::duplicatesAreServedEach()
{
    WatchedPipe watched;
    const Descriptor duplicate(::fcntl(watched.pipe.readEnd(), F_DUPFD_CLOEXEC, 0));
    QSocketNotifier other(duplicate.get(), QSocketNotifier::Read);
    int activations = 0;
    connect(&other, &QSocketNotifier::activated, this, [&] { ++activations; });
    watched.pipe.write();
    processEvents();
    QCOMPARE(watched.activations, 1);
    QCOMPARE(activations, 1);
    other.setEnabled(false);
    processEvents();
    QCOMPARE(watched.activations, 2);
    QCOMPARE(activations, 1);
}

void tst_ContractSharing::aDuplicateThatIsClosedLeavesTheOriginal()
{
    WatchedPipe watched;
    Descriptor duplicate(::fcntl(watched.pipe.readEnd(), F_DUPFD_CLOEXEC, 0));
    auto other = std::make_unique<QSocketNotifier>(duplicate.get(), QSocketNotifier::Read);
    processEvents();
    other.reset();
    duplicate.close();
    watched.pipe.write();
    processEvents();
    QCOMPARE(watched.activations, 1);
}

void tst_ContractSharing::aDescriptorThatIsReplacedIsServed()
{
    // Its notifier knows nothing of that: what the number means now is what counts.
    WatchedPipe watched;
    processEvents();
    Pipe fresh;
    QVERIFY(::dup2(fresh.readEnd(), watched.pipe.readEnd()) >= 0);
    fresh.write();
    QVERIFY(waitUntil([&] { return watched.activations > 0; }));
}

void tst_ContractSharing::anIdleDescriptorThatIsReplacedIsServed()
{
    WatchedPipe watched;
    const Descriptor duplicate(::fcntl(watched.pipe.readEnd(), F_DUPFD_CLOEXEC, 0));
    processEvents();
    Pipe fresh;
    QVERIFY(::dup2(fresh.readEnd(), watched.pipe.readEnd()) >= 0);
    watched.pipe.write(); // to the file that left, which the duplicate keeps open
    settle();
    fresh.write();
    const int before = watched.activations;
    QVERIFY(waitUntil([&] { return watched.activations > before; }));
    watched.pipe.drain();
    QVERIFY(waitUntil([&] {
        const int drained = watched.activations;
        settle();
        return watched.activations == drained;
    }));
}

void tst_ContractSharing::aReadyQueueReadsWhatQtReads()
{
    if (kind() != Kind::QtAsyncio)
        QSKIP("Qt's own dispatchers have no ready queues.");
    FakeReadyQueue queue;
    const Attached attached(queue);
    WatchedPipe watched;
    int read = 0;
    queue.watch(watched.pipe.readEnd(), [&] { ++read; });
    watched.pipe.write();
    for (int call = 1; call <= 3; ++call) {
        processEvents();
        QCOMPARE(watched.activations, call);
        QCOMPARE(read, call);
    }
    watched.pipe.drain();
    processEvents();
    QCOMPARE(watched.activations, 3);
    QCOMPARE(read, 3);
}

void tst_ContractSharing::aReadyQueueWritesWhereQtReads()
{
    if (kind() != Kind::QtAsyncio)
        QSKIP("Qt's own dispatchers have no ready queues.");
    FakeReadyQueue queue;
    const Attached attached(queue);
    WatchedPipe watched;
    QSocketNotifier write(watched.pipe.readEnd(), QSocketNotifier::Write);
    int qtWrites = 0;
    int writes = 0;
    int reads = 0;
    connect(&write, &QSocketNotifier::activated, this, [&] { ++qtWrites; });
    queue.watch(watched.pipe.readEnd(), [&] { ++reads; });
    queue.watch(watched.pipe.readEnd(), [&] { ++writes; }, Write);
    processEvents();
    QCOMPARE(QList<int>({ watched.activations, reads, qtWrites, writes }),
             QList<int>({ 0, 0, 1, 1 }));
    watched.pipe.write();
    processEvents();
    QCOMPARE(QList<int>({ watched.activations, reads, qtWrites, writes }),
             QList<int>({ 1, 1, 2, 2 }));
}

void tst_ContractSharing::whoeverLeavesFirstDoesNotDisturb()
{
    if (kind() != Kind::QtAsyncio)
        QSKIP("Qt's own dispatchers have no ready queues.");
    FakeReadyQueue queue;
    const Attached attached(queue);
    for (const bool qtFirst : { true, false }) {
        WatchedPipe watched;
        int read = 0;
        queue.watch(watched.pipe.readEnd(), [&] { ++read; });
        watched.pipe.write();
        processEvents();
        qtFirst ? watched.notifier->setEnabled(false) : queue.unwatch(watched.pipe.readEnd());
        processEvents();
        QCOMPARE(watched.activations, qtFirst ? 1 : 2);
        QCOMPARE(read, qtFirst ? 2 : 1);
        queue.unwatch(watched.pipe.readEnd());
    }
}

std::unique_ptr<QObject> Contract::createSharing()
{
    return std::make_unique<tst_ContractSharing>();
}

#include "contract_sharing.moc"
