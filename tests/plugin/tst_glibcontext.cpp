// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "glibapplication.h"
#include "glibsource.h"

#include <clock.h>
#include <iteration.h>
#include <pipe.h>
#include <receiver.h>
#include <ticker.h>

#include <QtCore/qsocketnotifier.h>

#include <future>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

/// A source that notes where it is between its prepare() and its check().
struct WatchfulSource
{
    GSource base;
    bool betweenPrepareAndCheck;
    int checks;
};

gboolean prepareWatchful(GSource *source, gint *timeout)
{
    reinterpret_cast<WatchfulSource *>(source)->betweenPrepareAndCheck = true;
    *timeout = -1;
    return FALSE;
}

gboolean checkWatchful(GSource *source)
{
    auto *watchful = reinterpret_cast<WatchfulSource *>(source);
    watchful->betweenPrepareAndCheck = false;
    ++watchful->checks;
    return FALSE;
}

gboolean dispatchWatchful(GSource *, GSourceFunc, gpointer)
{
    return G_SOURCE_CONTINUE;
}

GSourceFuncs s_watchful = { prepareWatchful, checkWatchful, dispatchWatchful,
                            nullptr,         nullptr,       nullptr };

} // namespace

/// GLib's default context beside a Qt that has little to do.
class tst_GlibContext : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void aTimeoutEndsTheWait();
    void anIdleSourceRunsInEachIteration();
    void aSourceRemovesItselfInItsCallback();
    void aSourceOfAnotherThreadEndsTheWait();
    void callbacksDoNotCountAsEvents();
    void aSourceIsCheckedBeforeQtIsServed();
    void excludedTimersAreThoseOfQt();
    void waitsWhileAnotherThreadHasTheContext();
    void costsNothingWhileNothingHappens();
    void aForkedChildLeavesGlibToItsParent();
};

void tst_GlibContext::aTimeoutEndsTheWait()
{
    const TimePoint begin = Clock::now();
    const auto source = GlibSource::timeout(5, { });
    QVERIFY(iterateUntil([&] { return source.calls() == 3; }));
    QVERIFY(Clock::now() - begin >= 15ms);
}

void tst_GlibContext::anIdleSourceRunsInEachIteration()
{
    const auto source = GlibSource::idle({ });
    for (int i = 1; i <= 5; ++i) {
        processEvents(Wait);
        QCOMPARE(source.calls(), i);
    }
}

void tst_GlibContext::aSourceRemovesItselfInItsCallback()
{
    const auto witness = GlibSource::timeout(2, { });
    GlibSource *self = nullptr;
    auto source = GlibSource::idle([&] { self->remove(); });
    self = &source;
    QVERIFY(iterateUntil([&] { return witness.calls() == 3; }));
    QCOMPARE(source.calls(), 1);
}

void tst_GlibContext::aSourceOfAnotherThreadEndsTheWait()
{
    std::atomic<int> calls = 0;
    const auto attach = [&] {
        g_idle_add(
                [](gpointer data) -> gboolean {
                    ++*static_cast<std::atomic<int> *>(data);
                    return G_SOURCE_REMOVE;
                },
                &calls);
    };
    for (int round = 1; round <= 3; ++round) {
        const Watchdog watchdog;
        const Delayed delayed(20ms, attach);
        while (calls < round && !watchdog.hasBitten())
            processEvents(Wait);
        QVERIFY(!watchdog.hasBitten());
    }
}

void tst_GlibContext::callbacksDoNotCountAsEvents()
{
    const auto source = GlibSource::idle({ });
    QVERIFY(!processEvents(Wait));
    QCOMPARE(source.calls(), 1);
    const TimePoint begin = Clock::now();
    while (Clock::now() - begin < 30ms)
        QVERIFY(!processEvents());
    QVERIFY(source.calls() > 1);
}

void tst_GlibContext::aSourceIsCheckedBeforeQtIsServed()
{
    auto *source =
            reinterpret_cast<WatchfulSource *>(g_source_new(&s_watchful, sizeof(WatchfulSource)));
    g_source_attach(&source->base, nullptr);
    int seenBetween = 0;
    Receiver receiver;
    const auto look = [&](int) { seenBetween += source->betweenPrepareAndCheck; };
    receiver.onEvent(look);
    receiver.startTimer(2);
    Pipe pipe;
    QSocketNotifier notifier(pipe.readEnd(), QSocketNotifier::Read);
    connect(&notifier, &QSocketNotifier::activated, &notifier, [&] {
        look(0);
        pipe.drain();
        receiver.post(1);
    });
    receiver.onTimer([&](int) {
        look(0);
        pipe.write();
    });
    QVERIFY(iterateUntil([&] { return receiver.events().size() >= 5 && source->checks >= 5; }));
    QCOMPARE(seenBetween, 0);
    g_source_destroy(&source->base);
    g_source_unref(&source->base);
}

void tst_GlibContext::excludedTimersAreThoseOfQt()
{
    const auto source = GlibSource::timeout(2, { });
    Receiver receiver;
    receiver.startTimer(1);
    const Watchdog watchdog;
    while (source.calls() < 3 && !watchdog.hasBitten())
        processEvents(Wait | QEventLoop::X11ExcludeTimers);
    QVERIFY(!watchdog.hasBitten());
    QVERIFY(receiver.timers().isEmpty());
}

void tst_GlibContext::waitsWhileAnotherThreadHasTheContext()
{
    std::promise<void> acquired;
    std::promise<void> enough;
    std::thread other([&] {
        g_main_context_acquire(nullptr);
        acquired.set_value();
        enough.get_future().wait();
        g_main_context_release(nullptr);
    });
    acquired.get_future().wait();
    const auto source = GlibSource::idle({ });
    {
        const Ticker ticker(5ms);
        const IterationCounter counter;
        const bool ticked = iterateUntil([&] { return ticker.ticks() >= 5; });
        const bool served = source.calls() > 0;
        const int iterations = counter.iterations();
        enough.set_value();
        other.join();
        QVERIFY(ticked);
        QVERIFY(!served);
        QVERIFY2(iterations < 50, qPrintable(QString::number(iterations)));
    }
    QVERIFY(iterateUntil([&] { return source.calls() > 0; }));
}

void tst_GlibContext::costsNothingWhileNothingHappens()
{
    const auto source = GlibSource::timeout(3'600'000, { });
    Pipe pipe;
    const auto quiet = GlibSource::descriptor(pipe.readEnd(), G_IO_IN, { });
    const Ticker ticker(100ms);
    const IterationCounter counter;
    QVERIFY(iterateUntil([&] { return ticker.ticks() == 2; }));
    QVERIFY2(counter.iterations() <= 6, qPrintable(QString::number(counter.iterations())));
}

void tst_GlibContext::aForkedChildLeavesGlibToItsParent()
{
    Pipe pipe;
    const auto source = GlibSource::descriptor(pipe.readEnd(), G_IO_IN, [&] { pipe.drain(); });
    const Ticker ticker;
    QVERIFY(iterateUntil([&] { return ticker.ticks() > 2; }));
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(10); // no watchdog: a sanitizer knows no threads in a forked child
        pipe.write();
        const Ticker own;
        const IterationCounter counter;
        while (own.ticks() < 5)
            processEvents(Wait);
        ::_exit(source.calls() == 0 && counter.iterations() < 100 ? 0 : 1);
    }
    int status = -1;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QCOMPARE(status, 0);
    QVERIFY(iterateUntil([&] { return source.calls() == 1; }));
}

int main(int argc, char **argv)
{
    return runWithApplication<tst_GlibContext>(argc, argv);
}

#include "tst_glibcontext.moc"
