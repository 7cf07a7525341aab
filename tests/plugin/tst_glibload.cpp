// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "glibapplication.h"
#include "glibsource.h"

#include <attached.h>
#include <fakereadyqueue.h>
#include <iteration.h>
#include <pipe.h>
#include <receiver.h>

using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

constexpr Duration Busy = 200ms;

/// Iterates for a while, as an application with something to do all the time.
void iterateFor(Duration duration)
{
    const TimePoint end = Clock::now() + duration;
    while (Clock::now() < end)
        processEvents(Wait);
}

} // namespace

/// GLib's default context beside a Qt, or ready queues, that never wait.
class tst_GlibLoad : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void turnsComeWhileQtIsBusy();
    void turnsComeWhileAReadyQueueIsBusy();
    void turnsComeWithoutWaits();
    void aDescriptorNeedNotWaitForATurn();
    void qtGoesOnWhileGlibIsBusy();
};

void tst_GlibLoad::turnsComeWhileQtIsBusy()
{
    Receiver receiver;
    receiver.startTimer(0);
    const auto idle = GlibSource::idle({ });
    const auto timeout = GlibSource::timeout(1, { });
    iterateFor(Busy);
    QVERIFY(receiver.timers().size() > 1000);
    // One in 10 ms is promised; a loaded machine may be late.
    QVERIFY2(timeout.calls() <= 21, qPrintable(QString::number(timeout.calls())));
    QVERIFY(iterateUntil([&] { return timeout.calls() >= 10; }));
}

void tst_GlibLoad::turnsComeWhileAReadyQueueIsBusy()
{
    FakeReadyQueue queue;
    const Attached attached(queue);
    int handles = 0;
    const std::function<void()> again = [&] {
        ++handles;
        queue.callSoon(again);
    };
    again();
    const auto source = GlibSource::idle({ });
    iterateFor(Busy);
    QVERIFY(handles > 1000);
    QVERIFY2(source.calls() <= 21, qPrintable(QString::number(source.calls())));
    QVERIFY(iterateUntil([&] { return source.calls() >= 10; }));
}

void tst_GlibLoad::turnsComeWithoutWaits()
{
    const auto source = GlibSource::idle({ });
    const TimePoint end = Clock::now() + 100 * Busy; // on a machine that stands still meanwhile
    while (source.calls() < 10 && Clock::now() < end)
        processEvents();
    QVERIFY2(source.calls() >= 10, qPrintable(QString::number(source.calls())));
}

void tst_GlibLoad::aDescriptorNeedNotWaitForATurn()
{
    constexpr int Rounds = 500;
    Receiver receiver;
    receiver.startTimer(0);
    Pipe pipe;
    const auto source = GlibSource::descriptor(pipe.readEnd(), G_IO_IN, [&] {
        pipe.drain();
        pipe.write();
    });
    pipe.write();
    const TimePoint begin = Clock::now();
    QVERIFY(iterateUntil([&] { return source.calls() >= Rounds; }));
    QVERIFY(Clock::now() - begin < Rounds * 10ms / 5);
}

void tst_GlibLoad::qtGoesOnWhileGlibIsBusy()
{
    const auto source = GlibSource::idle({ });
    Receiver receiver;
    receiver.startTimer(1);
    Pipe pipe;
    pipe.write();
    QVERIFY(iterateUntil([&] {
        if (receiver.events().size() < 10)
            receiver.post(1);
        return receiver.timers().size() >= 10 && receiver.events().size() >= 10;
    }));
    QVERIFY(source.calls() > 10);
}

int main(int argc, char **argv)
{
    return runWithApplication<tst_GlibLoad>(argc, argv);
}

#include "tst_glibload.moc"
