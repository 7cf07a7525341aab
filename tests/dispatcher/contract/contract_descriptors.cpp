// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"
#include "watchedpipe.h"

#include <pipe.h>
#include <ticker.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qsocketnotifier.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <functional>
#include <memory>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

using namespace Contract;
using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

using Notifier = QSocketNotifier;
using Flags = QEventLoop::ProcessEventsFlags;

/// The next message may be Qt's warning about a descriptor that is closed.
void expectInvalid(const char *type)
{
    const auto pattern =
            QStringLiteral(
                    "QSocketNotifier: Invalid socket \\d+ (and|with) type '?%1'?, disabling...")
                    .arg(QLatin1String(type));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(pattern));
}

/// Iterations of a loop that has nothing to do for 30 ms.
int iterationsOfAnIdleLoop()
{
    const IterationCounter counter;
    QEventLoop loop;
    QTimer::singleShot(30ms, Qt::PreciseTimer, &loop, [&] { loop.quit(); });
    loop.exec();
    return counter.iterations();
}

} // namespace

/// Descriptors that are no sockets, or no descriptors any more.
class tst_ContractDescriptors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void regularFilesAreAlwaysReady_data();
    void regularFilesAreAlwaysReady();
    void aDescriptorThatIsClosedBeforeTheCallIsDisabled();
    void aDescriptorThatIsClosedWhileWatchedIsDisabled();
    void aClosedDescriptorIsNoticedInTheNextCall_data();
    void aClosedDescriptorIsNoticedInTheNextCall();
    void aReplacedDescriptorIsNoticedInTheNextCall_data();
    void aReplacedDescriptorIsNoticedInTheNextCall();
    void aDuplicateOfAClosedDescriptorDoesNotSpin();
    void aClosedDescriptorThatIsDisabledIsForgotten();
    void aNewFileUnderAnOldNumberIsServed_data();
    void aNewFileUnderAnOldNumberIsServed();
    void aNewFileUnderAnOldNumberGetsNothingOfTheOldOne();
};

void tst_ContractDescriptors::regularFilesAreAlwaysReady_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QSocketNotifier::Type>("type");
    const QString file = QCoreApplication::applicationFilePath();
    QTest::newRow("a file") << file << Notifier::Read;
    QTest::newRow("/dev/null, to read") << QStringLiteral("/dev/null") << Notifier::Read;
    QTest::newRow("/dev/null, to write") << QStringLiteral("/dev/null") << Notifier::Write;
}

void tst_ContractDescriptors::regularFilesAreAlwaysReady()
{
    QFETCH(const QString, path);
    QFETCH(const QSocketNotifier::Type, type);
    const int mode = type == Notifier::Read ? O_RDONLY : O_WRONLY;
    const Descriptor file(::open(QFile::encodeName(path).constData(), mode | O_CLOEXEC));
    Notifier notifier(file.get(), type);
    const QSignalSpy activated(&notifier, &Notifier::activated);
    processEvents(Wait);
    processEvents(Wait);
    QCOMPARE(activated.size(), 2);
    notifier.setEnabled(false);
    QVERIFY(iterationsOfAnIdleLoop() < 10);
    QCOMPARE(activated.size(), 2);
}

void tst_ContractDescriptors::aDescriptorThatIsClosedBeforeTheCallIsDisabled()
{
    Pipe pipe;
    Notifier notifier(pipe.readEnd(), Notifier::Read);
    pipe.closeReadEnd();
    expectInvalid("Read");
    QVERIFY(waitUntil([&] { return !notifier.isEnabled(); }));
    QVERIFY(iterationsOfAnIdleLoop() < 10);
}

void tst_ContractDescriptors::aDescriptorThatIsClosedWhileWatchedIsDisabled()
{
    Pipe pipe;
    Notifier notifier(pipe.readEnd(), Notifier::Read);
    settle();
    pipe.closeReadEnd();
    expectInvalid("Read");
    QVERIFY(waitUntil([&] { return !notifier.isEnabled(); }));
    QVERIFY(iterationsOfAnIdleLoop() < 10);
}

/// Calls that wait and calls that do not, with few and with many descriptors.
void tst_ContractDescriptors::aClosedDescriptorIsNoticedInTheNextCall_data()
{
    QTest::addColumn<int>("watched");
    QTest::addColumn<Flags>("flags");
    for (const int watched : { 1, 60 }) {
        QTest::addRow("%d", watched) << watched << Flags(AllEvents);
        QTest::addRow("%d, waiting", watched) << watched << Flags(Wait);
    }
}

void tst_ContractDescriptors::aClosedDescriptorIsNoticedInTheNextCall()
{
    QFETCH(const int, watched);
    QFETCH(const Flags, flags);
    std::vector<WatchedPipe> pipes(static_cast<std::size_t>(watched));
    settle();
    for (WatchedPipe &each : { std::ref(pipes.front()), std::ref(pipes.back()) }) {
        const Ticker ticker(5ms); // ends a call that waits
        if (!each.notifier->isEnabled())
            break; // the front one is the back one too
        each.pipe.closeReadEnd();
        expectInvalid("Read");
        processEvents(flags);
        QVERIFY(!each.notifier->isEnabled());
    }
}

void tst_ContractDescriptors::aReplacedDescriptorIsNoticedInTheNextCall_data()
{
    aClosedDescriptorIsNoticedInTheNextCall_data();
}

void tst_ContractDescriptors::aReplacedDescriptorIsNoticedInTheNextCall()
{
    QFETCH(const int, watched);
    QFETCH(const Flags, flags);
    std::vector<WatchedPipe> pipes(static_cast<std::size_t>(watched));
    settle();
    Pipe fresh;
    fresh.write();
    QVERIFY(::dup2(fresh.readEnd(), pipes.back().pipe.readEnd()) >= 0);
    processEvents(flags);
    QCOMPARE(pipes.back().activations, 1);
}

void tst_ContractDescriptors::aDuplicateOfAClosedDescriptorDoesNotSpin()
{
    Pipe pipe;
    const Descriptor duplicate(::dup(pipe.readEnd()));
    Notifier notifier(pipe.readEnd(), Notifier::Read);
    settle();
    pipe.write();
    pipe.closeReadEnd();
    expectInvalid("Read");
    QVERIFY(waitUntil([&] { return !notifier.isEnabled(); }));
    QVERIFY(iterationsOfAnIdleLoop() < 10);
}

void tst_ContractDescriptors::aClosedDescriptorThatIsDisabledIsForgotten()
{
    Pipe pipe;
    const Descriptor duplicate(::dup(pipe.readEnd()));
    Notifier notifier(pipe.readEnd(), Notifier::Read);
    const QSignalSpy activated(&notifier, &Notifier::activated);
    settle();
    pipe.write();
    pipe.closeReadEnd();
    notifier.setEnabled(false);
    QVERIFY(iterationsOfAnIdleLoop() < 10);
    QCOMPARE(activated.size(), 0);
}

void tst_ContractDescriptors::aNewFileUnderAnOldNumberIsServed_data()
{
    QTest::addColumn<int>("others");
    QTest::newRow("alone") << 0;
    QTest::newRow("beside 400 others") << 400; // too many to look at all of them in each call
}

void tst_ContractDescriptors::aNewFileUnderAnOldNumberIsServed()
{
    QFETCH(const int, others);
    const Pipe silent;
    std::vector<std::unique_ptr<Descriptor>> duplicates;
    std::vector<std::unique_ptr<Notifier>> notifiers;
    for (int i = 0; i < others; ++i) {
        const auto &one = duplicates.emplace_back(new Descriptor(::dup(silent.readEnd())));
        notifiers.emplace_back(new Notifier(one->get(), Notifier::Read));
    }
    Pipe old;
    const int number = old.readEnd();
    auto notifier = std::make_unique<Notifier>(number, Notifier::Read);
    settle();
    old.closeReadEnd(); // before its notifier is disabled
    Pipe fresh;
    const Descriptor reused(::dup2(fresh.readEnd(), number));
    notifier.reset();
    notifier = std::make_unique<Notifier>(number, Notifier::Read);
    const QSignalSpy activated(notifier.get(), &Notifier::activated);
    processEvents();
    QCOMPARE(activated.size(), 0);
    fresh.write();
    processEvents();
    QCOMPARE(activated.size(), 1);
}

void tst_ContractDescriptors::aNewFileUnderAnOldNumberGetsNothingOfTheOldOne()
{
    Pipe old;
    const Descriptor duplicate(::dup(old.readEnd()));
    const int number = old.readEnd();
    auto notifier = std::make_unique<Notifier>(number, Notifier::Read);
    settle();
    old.write();
    old.closeReadEnd();
    Pipe fresh;
    const Descriptor reused(::dup2(fresh.readEnd(), number));
    notifier.reset();
    notifier = std::make_unique<Notifier>(number, Notifier::Read);
    const QSignalSpy activated(notifier.get(), &Notifier::activated);
    QVERIFY(iterationsOfAnIdleLoop() < 10);
    QCOMPARE(activated.size(), 0);
}

std::unique_ptr<QObject> Contract::createDescriptors()
{
    return std::make_unique<tst_ContractDescriptors>();
}

#include "contract_descriptors.moc"
