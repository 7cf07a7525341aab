// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <pipe.h>
#include <poller.h>
#include <readiness.h>

#include <QtTest/qtest.h>

#include <csignal>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

Descriptor openFile(const char *path)
{
    return Descriptor(::open(path, O_RDWR | O_CLOEXEC));
}

} // namespace

/// Poller, where a descriptor is no socket, or its number changes its meaning.
class tst_PollerFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void regularFilesAreAlwaysReady_data();
    void regularFilesAreAlwaysReady();
    void aRegularFileHasNoExceptions();
    void aPipeUnderTheNumberOfARegularFileIsNotAlwaysReady();
    void tellsWhoWasClosedBeforeTheWait();
    void findsWhoWasClosedWhileWatched();
    void aCheckDisturbsNothing();
    void anEdgeThatHasAnotherFileCountsAsClosed();
    void aSetThatWasClosedIsReplaced();
    void findsTheFileThatTookANumberOver_data();
    void findsTheFileThatTookANumberOver();
    void aNewFileUnderAnOldNumberIsWatched();
    void aNumberThatWasUnwatchedForAMomentMayMeanAnything_data();
    void aNumberThatWasUnwatchedForAMomentMayMeanAnything();
    void aDuplicateThatStaysOpenIsDropped();
    void aDuplicateThatIsUnwatchedAfterItsNumberWasClosedIsDropped();
    void aDuplicateDoesNotHauntANewFileUnderItsNumber();
};

void tst_PollerFiles::regularFilesAreAlwaysReady_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::newRow("a file") << QFile::encodeName(QCoreApplication::applicationFilePath());
    QTest::newRow("/dev/null") << QByteArray("/dev/null");
}

void tst_PollerFiles::regularFilesAreAlwaysReady()
{
    QFETCH(const QByteArray, path);
    Poller poller;
    const Descriptor file(::open(path.constData(), O_RDONLY | O_CLOEXEC));
    poller.watch(file.get(), Read);
    QCOMPARE(readiness(poller, file.get(), Forever), Read);
    QCOMPARE(readiness(poller, file.get(), Forever), Read);
    poller.watch(file.get(), Read | Write);
    QCOMPARE(readiness(poller, file.get(), Forever), Read | Write);
    poller.watch(file.get(), NoInterest);
    QVERIFY(poller.wait(1ms).empty());
}

void tst_PollerFiles::aRegularFileHasNoExceptions()
{
    Poller poller;
    const Descriptor file = openFile("/dev/null");
    poller.watch(file.get(), Exception);
    const TimePoint begin = Clock::now();
    QVERIFY(poller.wait(2ms).empty());
    QVERIFY(Clock::now() - begin >= 2ms);
    poller.watch(file.get(), Read | Exception);
    QCOMPARE(readiness(poller, file.get(), Forever), Read);
}

void tst_PollerFiles::aPipeUnderTheNumberOfARegularFileIsNotAlwaysReady()
{
    Poller poller;
    Descriptor file = openFile("/dev/null");
    const int number = file.get();
    poller.watch(number, Read);
    QCOMPARE(readiness(poller, number), Read);

    poller.watch(number, NoInterest);
    file.close();
    const Pipe pipe;
    const Descriptor reused(::dup2(pipe.readEnd(), number));
    QCOMPARE(reused.get(), number);
    poller.watch(number, Read);
    QCOMPARE(readiness(poller, number), NoInterest);
}

void tst_PollerFiles::tellsWhoWasClosedBeforeTheWait()
{
    Poller poller;
    Pipe pipe;
    const int number = pipe.readEnd();
    poller.watch(number, Read);
    pipe.closeReadEnd();
    QVERIFY(poller.wait(0s).empty());
    QCOMPARE(poller.takeInvalid(), std::vector<int>({ number }));
    QVERIFY(poller.takeInvalid().empty());
}

void tst_PollerFiles::findsWhoWasClosedWhileWatched()
{
    // The kernel takes a closed descriptor out of the set and says nothing.
    Poller poller;
    Pipe pipe;
    Descriptor file = openFile("/dev/null");
    std::vector<int> closed{ pipe.readEnd(), file.get() };
    std::sort(closed.begin(), closed.end());
    for (const int number : closed)
        poller.watch(number, Read);
    poller.wait(0s);
    poller.check(2);
    QVERIFY(!poller.hasInvalid());

    pipe.closeReadEnd();
    file.close();
    poller.check(1); // each in its turn
    std::vector<int> found = poller.takeInvalid();
    QCOMPARE(found.size(), 1u);
    poller.check(2); // reports each once
    std::ranges::copy(poller.takeInvalid(), std::back_inserter(found));
    std::sort(found.begin(), found.end());
    QCOMPARE(found, closed);
    poller.check(2);
    QVERIFY(!poller.hasInvalid());
}

void tst_PollerFiles::aCheckDisturbsNothing()
{
    Poller poller;
    Pipe once;
    Pipe level;
    const Descriptor file = openFile("/dev/null");
    poller.watch(once.readEnd(), Read | Edge);
    poller.watch(level.readEnd(), Read);
    once.write();
    level.write();
    QCOMPARE(poller.wait(0s).size(), 2u);
    poller.watch(file.get(), Exception); // of which a regular file has none
    poller.wait(0s);
    poller.check(3);
    QVERIFY(!poller.hasInvalid());
    QCOMPARE(readiness(poller, once.readEnd()), NoInterest); // it has been reported
    QCOMPARE(readiness(poller, level.readEnd()), Read);
    QCOMPARE(poller.openings(), 0u);
}

void tst_PollerFiles::anEdgeThatHasAnotherFileCountsAsClosed()
{
    Poller poller;
    Pipe once;
    Pipe fresh;
    poller.watch(once.readEnd(), Read | Edge);
    poller.wait(0s);
    QCOMPARE(::dup2(fresh.readEnd(), once.readEnd()), once.readEnd());
    poller.check(1);
    QCOMPARE(poller.takeInvalid(), std::vector<int>({ once.readEnd() }));
    fresh.write();
    QVERIFY(poller.wait(0s).empty()); // that file is the program's
}

void tst_PollerFiles::aSetThatWasClosedIsReplaced()
{
    Poller poller;
    Pipe pipe;
    Pipe closed;
    const int number = closed.readEnd();
    poller.watch(pipe.readEnd(), Read);
    poller.watch(number, Read);
    poller.wait(0s);
    QCOMPARE(::close(poller.descriptor()), 0);
    closed.closeReadEnd();
    const TimePoint begin = Clock::now();
    QVERIFY(poller.wait(10s).empty());
    QVERIFY(Clock::now() - begin < 5s);
    QCOMPARE(poller.error(), EBADF);
    QVERIFY(poller.takeInvalid().empty()); // it is the set that is missing
    poller.checkNumbers();
    QCOMPARE(poller.takeInvalid(), std::vector<int>({ number }));

    QCOMPARE(poller.recover(), 0);
    QCOMPARE(poller.error(), 0);
    pipe.write();
    QCOMPARE(readiness(poller, pipe.readEnd()), Read);
}

void tst_PollerFiles::findsTheFileThatTookANumberOver_data()
{
    QTest::addColumn<bool>("stillOpen");
    QTest::newRow("the former file is closed") << false;
    QTest::newRow("the former file lives on") << true;
}

void tst_PollerFiles::findsTheFileThatTookANumberOver()
{
    QFETCH(const bool, stillOpen);
    Poller poller;
    Pipe former;
    Pipe fresh;
    const Descriptor duplicate(stillOpen ? ::dup(former.readEnd()) : -1);
    const int number = former.readEnd();
    poller.watch(number, Read);
    poller.wait(0s);
    poller.check(1);

    QCOMPARE(::dup2(fresh.readEnd(), number), number);
    poller.check(1);
    QVERIFY(!poller.hasInvalid()); // it is open
    fresh.write();
    QCOMPARE(readiness(poller, number), Read);
    fresh.drain();
    if (stillOpen)
        former.write(); // nobody's business any more
    QVERIFY(poller.wait(0s).empty());
    QVERIFY(poller.wait(0s).empty());
}

void tst_PollerFiles::aNewFileUnderAnOldNumberIsWatched()
{
    Poller poller;
    Pipe old;
    const int number = old.readEnd();
    poller.watch(number, Read);
    poller.wait(0s);

    old.closeReadEnd();
    poller.watch(number, NoInterest);
    Pipe fresh;
    const Descriptor reused(::dup2(fresh.readEnd(), number));
    poller.watch(number, Read);
    QCOMPARE(readiness(poller, number), NoInterest);
    fresh.write();
    QCOMPARE(readiness(poller, number), Read);
    QVERIFY(poller.takeInvalid().empty());
}

void tst_PollerFiles::aNumberThatWasUnwatchedForAMomentMayMeanAnything_data()
{
    QTest::addColumn<bool>("told"); // the kernel, of the end of the first watch
    QTest::addColumn<QByteArray>("successor");
    QTest::addColumn<Interests>("readiness");
    for (const bool told : { false, true }) {
        const char *when = told ? "told" : "untold";
        QTest::addRow("the same file, %s", when) << told << QByteArray() << Interests(Read);
        QTest::addRow("another pipe, %s", when)
                << told << QByteArray("pipe") << Interests(NoInterest);
        QTest::addRow("a regular file, %s", when) << told << QByteArray("file") << Interests(Read);
        QTest::addRow("nothing, %s", when)
                << told << QByteArray("nothing") << Interests(NoInterest);
    }
}

void tst_PollerFiles::aNumberThatWasUnwatchedForAMomentMayMeanAnything()
{
    QFETCH(const bool, told);
    QFETCH(const QByteArray, successor);
    QFETCH(const Interests, readiness);
    Poller poller;
    Pipe old;
    const Pipe other;
    const Descriptor file = openFile("/dev/null");
    const int number = old.readEnd();
    old.write();
    poller.watch(number, Read);
    QCOMPARE(poller.commit(number), 0);

    poller.watch(number, NoInterest);
    if (told)
        QCOMPARE(poller.commit(number), 0);
    if (successor == "nothing")
        old.closeReadEnd();
    else if (!successor.isEmpty())
        QCOMPARE(::dup2(successor == "pipe" ? other.readEnd() : file.get(), number), number);
    poller.watch(number, Read);
    QCOMPARE(poller.commit(number),
             successor == "nothing"        ? EBADF
                     : successor == "file" ? EPERM // and always ready
                                           : 0);
    QCOMPARE(QtAsyncio::readiness(poller, number), readiness);
    QCOMPARE(poller.openings(), 0u); // nothing of the former file was left behind
}

void tst_PollerFiles::aDuplicateThatIsUnwatchedAfterItsNumberWasClosedIsDropped()
{
    // The watch is ended while the number is open, but the kernel hears of it too late.
    Poller poller;
    Pipe pipe;
    Pipe bystander;
    const int number = pipe.readEnd();
    const Descriptor duplicate(::dup(number));
    poller.watch(number, Read);
    poller.watch(bystander.readEnd(), Read);
    poller.wait(0s);
    poller.watch(number, NoInterest);
    pipe.closeReadEnd();
    QVERIFY(poller.wait(0s).empty());

    pipe.write(); // its former file lives on, and is in the set
    QVERIFY(poller.wait(0s).empty());
    const TimePoint begin = Clock::now();
    QVERIFY(poller.wait(5ms).empty()); // but not any more
    QVERIFY(Clock::now() - begin >= 5ms);
    bystander.write();
    QCOMPARE(readiness(poller, bystander.readEnd()), Read);
}

void tst_PollerFiles::aDuplicateThatStaysOpenIsDropped()
{
    Poller poller;
    Pipe pipe;
    const int number = pipe.readEnd();
    const Descriptor duplicate(::dup(number));
    poller.watch(number, Read);
    poller.wait(0s);
    pipe.write();
    pipe.closeReadEnd();
    poller.watch(number, NoInterest);

    QVERIFY(poller.wait(0s).empty());
    const TimePoint begin = Clock::now();
    QVERIFY(poller.wait(5ms).empty()); // and the set is rid of it
    QVERIFY(Clock::now() - begin >= 5ms);
}

void tst_PollerFiles::aDuplicateDoesNotHauntANewFileUnderItsNumber()
{
    Poller poller;
    Pipe old;
    Pipe bystander;
    const int number = old.readEnd();
    const Descriptor duplicate(::dup(number));
    poller.watch(number, Read);
    poller.watch(bystander.readEnd(), Read);
    poller.wait(0s);

    old.write();
    old.closeReadEnd();
    Pipe fresh;
    const Descriptor reused(::dup2(fresh.readEnd(), number));
    poller.watch(number, NoInterest);
    poller.watch(number, Read);
    QCOMPARE(readiness(poller, number), NoInterest);
    QCOMPARE(readiness(poller, number), NoInterest);
    fresh.write();
    bystander.write();
    QCOMPARE(readiness(poller, number), Read);
    QCOMPARE(readiness(poller, bystander.readEnd()), Read);
}

QTEST_GUILESS_MAIN(tst_PollerFiles)
#include "tst_pollerfiles.moc"
