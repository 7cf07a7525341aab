// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "glibapplication.h"
#include "glibloop.h"
#include "glibsource.h"

#include <factorylibrary.h>
#include <runinthread.h>
#include <ticker.h>

#include <QtCore/qtimer.h>

using namespace QtAsyncio;
using namespace std::chrono_literals;

/// GLib's event loops in Qt's, Qt's in GLib's, and one application after another.
class tst_GlibLoops : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aGlibLoopInASlotServesGlib();
    void aQtLoopInACallbackServesBoth();
    void aCallbackIsNotEnteredAgain();
    void loopsNestByTurns();
    void aCallbackQuitsTheApplication();
    void theNextApplicationServesItToo();
    void anotherThreadDoesNotServeIt();
    void qtNoGlibIsObeyed();
};

void tst_GlibLoops::aGlibLoopInASlotServesGlib()
{
    const auto application = makeApplication();
    const auto source = GlibSource::timeout(2, { });
    bool left = false;
    QTimer::singleShot(0, application.get(), [&] {
        const GlibLoop loop;
        const auto quit = GlibSource::timeout(20, [&] { loop.quit(); });
        loop.run();
        left = true;
    });
    QVERIFY(iterateUntil([&] { return left; }));
    const int calls = source.calls();
    QVERIFY(calls > 2);
    QVERIFY(iterateUntil([&] { return source.calls() > calls + 2; }));
}

void tst_GlibLoops::aQtLoopInACallbackServesBoth()
{
    const auto application = makeApplication();
    const Ticker ticker;
    const auto other = GlibSource::timeout(2, { });
    bool nested = false;
    const auto source = GlibSource::timeout(1, [&] {
        if (std::exchange(nested, true))
            return;
        QEventLoop loop;
        const int calls = other.calls();
        const int ticks = ticker.ticks();
        QTimer poll;
        connect(&poll, &QTimer::timeout, &loop, [&] {
            if (other.calls() > calls + 3 && ticker.ticks() > ticks + 3)
                loop.quit();
        });
        poll.start(1);
        loop.exec();
    });
    QVERIFY(iterateUntil([&] { return nested && source.calls() > 3; }));
}

void tst_GlibLoops::aCallbackIsNotEnteredAgain()
{
    const auto application = makeApplication();
    int depth = 0;
    int deepest = 0;
    const auto source = GlibSource::idle([&] {
        deepest = std::max(deepest, ++depth);
        const Ticker ticker;
        const IterationCounter counter;
        iterateUntil([&] { return ticker.ticks() == 5; });
        // A source that is ready and on the stack does not keep the nested loop from waiting.
        if (counter.iterations() > 100)
            deepest = 100;
        --depth;
    });
    QVERIFY(iterateUntil([&] { return source.calls() == 2; }));
    QCOMPARE(deepest, 1);
}

void tst_GlibLoops::loopsNestByTurns()
{
    const auto application = makeApplication();
    constexpr int Levels = 6;
    int level = 0;
    int deepest = 0;
    std::function<void()> enter = [&] {
        if (deepest == Levels)
            return;
        deepest = ++level;
        if (level % 2) {
            const GlibLoop loop;
            bool entered = false;
            const auto next = GlibSource::timeout(1, [&] {
                if (!std::exchange(entered, true))
                    enter();
                loop.quit();
            });
            loop.run();
        } else {
            QEventLoop loop;
            QTimer::singleShot(1, &loop, [&] {
                enter();
                loop.quit();
            });
            loop.exec();
        }
        --level;
    };
    QTimer::singleShot(0, application.get(), enter);
    QVERIFY(iterateUntil([&] { return deepest == Levels && level == 0; }));
    const auto source = GlibSource::idle({ });
    QVERIFY(iterateUntil([&] { return source.calls() > 0; }));
}

void tst_GlibLoops::aCallbackQuitsTheApplication()
{
    const auto application = makeApplication();
    const Watchdog watchdog;
    const auto source = GlibSource::timeout(1, [] { QCoreApplication::exit(7); });
    QCOMPARE(QCoreApplication::exec(), 7);
    QCOMPARE(source.calls(), 1);
    QVERIFY(!watchdog.hasBitten());
}

void tst_GlibLoops::theNextApplicationServesItToo()
{
    const auto source = GlibSource::timeout(1, { });
    for (int round = 0; round < 3; ++round) {
        const int before = source.calls();
        const auto application = makeApplication();
        QVERIFY(iterateUntil([&] { return source.calls() > before + 2; }));
    }
    const int before = source.calls();
    QVERIFY(g_main_context_iteration(nullptr, TRUE)); // nobody has kept it
    QCOMPARE(source.calls(), before + 1);
}

void tst_GlibLoops::anotherThreadDoesNotServeIt()
{
    const auto application = makeApplication();
    std::atomic<int> calls = 0;
    const auto source = GlibSource::idle([&] { ++calls; });
    int ticks = 0;
    QVERIFY(runInThread(FactoryLibrary::instance().createDispatcher(), [&] {
        const Ticker ticker;
        iterateUntil([&] { return ticker.ticks() > 10; });
        ticks = ticker.ticks();
    }));
    QVERIFY(ticks > 10);
    QCOMPARE(calls, 0);
}

void tst_GlibLoops::qtNoGlibIsObeyed()
{
    qputenv("QT_NO_GLIB", "1");
    const auto source = GlibSource::idle({ });
    {
        const auto application = makeApplication();
        const Ticker ticker;
        QVERIFY(iterateUntil([&] { return ticker.ticks() > 10; }));
        QCOMPARE(source.calls(), 0);
    }
    qputenv("QT_NO_GLIB", ""); // as if it were not set
    const auto application = makeApplication();
    QVERIFY(iterateUntil([&] { return source.calls() > 0; }));
    qunsetenv("QT_NO_GLIB");
}

QTEST_APPLESS_MAIN(tst_GlibLoops)
#include "tst_glibloops.moc"
