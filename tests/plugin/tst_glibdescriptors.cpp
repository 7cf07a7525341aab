// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "glibapplication.h"
#include "glibsource.h"

#include <iteration.h>
#include <pipe.h>
#include <ticker.h>

#include <QtCore/qtemporaryfile.h>

#include <optional>

#include <fcntl.h>
#include <unistd.h>

using namespace QtAsyncio;
using namespace std::chrono_literals;

/// Descriptors that GLib's sources wait for.
class tst_GlibDescriptors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void oneEndsTheWait();
    void oneThatIsNotReadReportsAgain();
    void aHangUpIsReported();
    void aWriterAndAReaderOfOneSocket();
    void aRegularFileIsAlwaysReady();
    void aNumberThatIsClosedAndUsedAgain();
    void aFileThatLivesOnUnderAnotherNumberIsSilent();
    void excludedOnesComeAfterwards();
    void hundredsAtATime();
};

void tst_GlibDescriptors::oneEndsTheWait()
{
    Pipe pipe;
    const auto source = GlibSource::descriptor(pipe.readEnd(), G_IO_IN, [&] { pipe.drain(); });
    for (int round = 1; round <= 3; ++round) {
        const Watchdog watchdog;
        const Delayed delayed(10ms, [&] { pipe.write(); });
        while (source.calls() < round && !watchdog.hasBitten())
            processEvents(Wait);
        QVERIFY(!watchdog.hasBitten());
    }
    QCOMPARE(source.calls(), 3);
}

void tst_GlibDescriptors::oneThatIsNotReadReportsAgain()
{
    Pipe pipe;
    const auto source = GlibSource::descriptor(pipe.readEnd(), G_IO_IN, { });
    pipe.write();
    QVERIFY(iterateUntil([&] { return source.calls() == 5; }));
}

void tst_GlibDescriptors::aHangUpIsReported()
{
    Pipe pipe;
    const auto source = GlibSource::descriptor(pipe.readEnd(), G_IO_HUP, { });
    pipe.closeWriteEnd();
    QVERIFY(iterateUntil([&] { return source.calls() > 0; }));
}

void tst_GlibDescriptors::aWriterAndAReaderOfOneSocket()
{
    Pipe pipe(Pipe::Kind::SocketPair);
    const auto reader = GlibSource::descriptor(pipe.writeEnd(), G_IO_IN, { });
    QVERIFY(!processEvents());
    {
        const auto writer = GlibSource::descriptor(pipe.writeEnd(), G_IO_OUT, { });
        QVERIFY(iterateUntil([&] { return writer.calls() > 0; }));
    }
    QCOMPARE(reader.calls(), 0);
    QCOMPARE(::write(pipe.readEnd(), "x", 1), 1);
    QVERIFY(iterateUntil([&] { return reader.calls() > 0; }));
}

void tst_GlibDescriptors::aRegularFileIsAlwaysReady()
{
    QTemporaryFile file;
    QVERIFY(file.open());
    const auto source = GlibSource::descriptor(file.handle(), G_IO_IN, { });
    QVERIFY(iterateUntil([&] { return source.calls() == 3; }));
}

void tst_GlibDescriptors::aNumberThatIsClosedAndUsedAgain()
{
    std::optional<Pipe> pipe(std::in_place);
    const int number = pipe->readEnd();
    for (int round = 0; round < 3; ++round) {
        const auto source = GlibSource::descriptor(number, G_IO_IN, [&] { pipe->drain(); });
        pipe->write();
        QVERIFY(iterateUntil([&] { return source.calls() == 1; }));
        pipe.reset();
        pipe.emplace();
        QCOMPARE(pipe->readEnd(), number);
        // The same source goes on with what the number means now.
        pipe->write();
        QVERIFY(iterateUntil([&] { return source.calls() == 2; }));
    }
}

void tst_GlibDescriptors::aFileThatLivesOnUnderAnotherNumberIsSilent()
{
    std::optional<Pipe> former(std::in_place);
    const int number = former->readEnd();
    const Descriptor kept(::dup(number));
    const Descriptor writer(::dup(former->writeEnd()));
    const auto source = GlibSource::descriptor(number, G_IO_IN, { });
    const Ticker ticker(20ms);
    QVERIFY(iterateUntil([&] { return ticker.ticks() == 1; })); // now the kernel knows it
    former.reset();
    const Pipe current;
    QCOMPARE(current.readEnd(), number);
    QCOMPARE(::write(writer.get(), "x", 1), 1);
    const IterationCounter counter;
    QVERIFY(iterateUntil([&] { return ticker.ticks() == 4; }));
    QCOMPARE(source.calls(), 0);
    QVERIFY2(counter.iterations() < 20, qPrintable(QString::number(counter.iterations())));
}

void tst_GlibDescriptors::excludedOnesComeAfterwards()
{
    Pipe pipe;
    const auto source = GlibSource::descriptor(pipe.readEnd(), G_IO_IN, [&] { pipe.drain(); });
    pipe.write();
    const auto idle = GlibSource::timeout(2, { });
    const Watchdog watchdog;
    while (idle.calls() < 5 && !watchdog.hasBitten())
        processEvents(Wait | QEventLoop::ExcludeSocketNotifiers);
    QVERIFY(!watchdog.hasBitten());
    QCOMPARE(source.calls(), 0);
    QVERIFY(iterateUntil([&] { return source.calls() == 1; }));
}

void tst_GlibDescriptors::hundredsAtATime()
{
    std::vector<std::unique_ptr<Pipe>> pipes;
    std::vector<std::unique_ptr<GlibSource>> sources;
    int calls = 0;
    for (int i = 0; i < 300; ++i) {
        Pipe *pipe = pipes.emplace_back(std::make_unique<Pipe>()).get();
        sources.emplace_back(new GlibSource(GlibSource::descriptor(
                pipe->readEnd(), G_IO_IN, [&calls, pipe] { calls += pipe->drain(); })));
    }
    for (const auto &pipe : pipes)
        pipe->write();
    QVERIFY(iterateUntil([&] { return calls == 300; }));
    sources.erase(sources.begin(), sources.begin() + 150);
    for (const auto &pipe : pipes)
        pipe->write();
    QVERIFY(iterateUntil([&] { return calls == 450; }));
    settle();
    QCOMPARE(calls, 450);
}

int main(int argc, char **argv)
{
    return runWithApplication<tst_GlibDescriptors>(argc, argv);
}

#include "tst_glibdescriptors.moc"
