// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "clickcounter.h"
#include "contract.h"
#include "watchedpipe.h"

#include <receiver.h>
#include <ticker.h>
#include <watchdog.h>

#include <QtCore/qeventloop.h>
#include <QtCore/qpointer.h>
#include <QtCore/qsemaphore.h>
#include <QtGui/qguiapplication.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace Contract;
using namespace QtAsyncio;
using namespace std::chrono_literals;

/// The many ways to end an event loop, or the application.
class tst_ContractQuitting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void anybodyMayQuit_data();
    void anybodyMayQuit();
    void aQuitEndsTheApplicationOnceItRuns();
    void exitEndsAllNestedLoops();
    void execAfterAnExitFromANestedLoopRunsAgain();
    void aLoopEndsWhenItsLastLockerGoes();
    void lockersCount();
    void theApplicationEndsWhenItsLastLockerGoes();
    void aThreadEndsWhenItsLastLockerGoes();
    void closingTheLastWindowEndsTheApplication();
    void whatIsPostedAtTheEndComesWithTheNextExec();
    void deferredDeletionsComeBeforeExecReturns();
};

void tst_ContractQuitting::anybodyMayQuit_data()
{
    QTest::addColumn<QString>("origin");
    for (const char *origin : { "posted", "timer", "notifier", "awake", "aboutToBlock", "thread" })
        QTest::newRow(origin) << QString::fromLatin1(origin);
}

void tst_ContractQuitting::anybodyMayQuit()
{
    QFETCH(const QString, origin);
    const bool broken = kind() == Kind::Glib && origin == QLatin1String("awake");
    const Watchdog watchdog(broken ? 100ms : 3000ms);
    QEventLoop loop;
    const auto quit = [&] { loop.exit(3); };
    Receiver receiver;
    receiver.onEvent([&](int) { quit(); });
    receiver.onTimer([&](int) { quit(); });
    WatchedPipe watched(quit);
    QObject scope;
    std::unique_ptr<Delayed> thread;
    const auto onSignal = [&](auto signal) {
        connect(QAbstractEventDispatcher::instance(), signal, &scope, [&] {
            if (loop.isRunning())
                quit();
        });
    };
    if (origin == QLatin1String("posted"))
        receiver.post(1);
    else if (origin == QLatin1String("timer"))
        receiver.startTimer(1);
    else if (origin == QLatin1String("notifier"))
        watched.pipe.write();
    else if (origin == QLatin1String("awake"))
        onSignal(&QAbstractEventDispatcher::awake);
    else if (origin == QLatin1String("aboutToBlock"))
        onSignal(&QAbstractEventDispatcher::aboutToBlock);
    else
        thread = std::make_unique<Delayed>(5ms, quit);
    QCOMPARE(loop.exec(), 3);
    if (broken)
        EXPECT_BROKEN_BY(Glib, "it decides to wait before it emits awake()");
    QVERIFY(!watchdog.hasBitten());
}

void tst_ContractQuitting::aQuitEndsTheApplicationOnceItRuns()
{
    QCoreApplication::exit(1); // nothing runs
    QTimer::singleShot(1, this, [] { QCoreApplication::exit(2); });
    QCOMPARE(QCoreApplication::exec(), 2);
}

void tst_ContractQuitting::exitEndsAllNestedLoops()
{
    const Watchdog watchdog;
    constexpr int Depth = 4;
    QList<int> codes;
    Receiver receiver;
    receiver.onEvent([&](int depth) {
        if (depth == Depth) {
            QCoreApplication::exit(5);
            return;
        }
        receiver.post(depth + 1);
        QEventLoop loop;
        codes.append(loop.exec());
    });
    receiver.post(1);
    QCOMPARE(QCoreApplication::exec(), 5);
    QCOMPARE(codes, QList<int>(Depth - 1, 5));
    QVERIFY(!watchdog.hasBitten());
}

void tst_ContractQuitting::execAfterAnExitFromANestedLoopRunsAgain()
{
    for (int round = 0; round < 3; ++round) {
        QTimer::singleShot(0, this, [=] {
            QEventLoop loop;
            QTimer::singleShot(1, &loop, [=] { QCoreApplication::exit(round); });
            loop.exec();
        });
        QCOMPARE(QCoreApplication::exec(), round);
    }
    const Ticker ticker;
    QEventLoop loop;
    QTimer::singleShot(10, &loop, [&] { loop.exit(9); });
    QCOMPARE(loop.exec(), 9);
    QVERIFY(ticker.ticks() > 0);
}

void tst_ContractQuitting::aLoopEndsWhenItsLastLockerGoes()
{
    const Watchdog watchdog;
    QEventLoop loop;
    auto locker = std::make_unique<QEventLoopLocker>(&loop);
    QTimer::singleShot(1, &loop, [&] { locker.reset(); });
    QCOMPARE(loop.exec(), 0);
    QVERIFY(!locker);
    QVERIFY(!watchdog.hasBitten());
}

void tst_ContractQuitting::lockersCount()
{
    QEventLoop loop;
    QList<int> left;
    std::vector<std::unique_ptr<QEventLoopLocker>> lockers;
    for (int i = 0; i < 3; ++i)
        lockers.push_back(std::make_unique<QEventLoopLocker>(&loop));
    QTimer timer;
    connect(&timer, &QTimer::timeout, this, [&] {
        if (lockers.empty())
            return; // before the event that ends the loop
        left.append(int(lockers.size()));
        lockers.pop_back();
    });
    timer.start(1);
    loop.exec();
    QCOMPARE(left, QList<int>({ 3, 2, 1 }));
}

void tst_ContractQuitting::theApplicationEndsWhenItsLastLockerGoes()
{
    // With QtGui, hidden windows and all, a quit that nobody asked for is asked of the windows.
    const Watchdog watchdog;
    auto locker = std::make_unique<QEventLoopLocker>();
    const QSignalSpy aboutToQuit(QCoreApplication::instance(), &QCoreApplication::aboutToQuit);
    QTimer::singleShot(1, this, [&] { locker.reset(); });
    QCOMPARE(QCoreApplication::exec(), 0);
    QCOMPARE(aboutToQuit.size(), 1);
    QVERIFY(!watchdog.hasBitten());
}

void tst_ContractQuitting::aThreadEndsWhenItsLastLockerGoes()
{
    const std::unique_ptr<QThread> thread = createThread();
    QSemaphore begun;
    auto locker = std::make_unique<QEventLoopLocker>(thread.get());
    connect(
            thread.get(), &QThread::started, thread.get(), [&] { begun.release(); },
            Qt::DirectConnection);
    thread->start();
    QVERIFY(begun.tryAcquire(1, 10'000));
    QVERIFY(thread->isRunning());
    locker.reset();
    QVERIFY(waitUntil([&] { return thread->isFinished(); }));
}

void tst_ContractQuitting::closingTheLastWindowEndsTheApplication()
{
    if (!isGui())
        QSKIP("There are no windows without QGuiApplication.");
    const Watchdog watchdog;
    ClickCounter window;
    window.show();
    QTimer::singleShot(1, &window, [&] { window.close(); });
    QCOMPARE(QCoreApplication::exec(), 0);
    QVERIFY(!window.isVisible());
    QVERIFY(!watchdog.hasBitten());
}

void tst_ContractQuitting::whatIsPostedAtTheEndComesWithTheNextExec()
{
    Receiver receiver;
    receiver.onEvent([&](int number) {
        receiver.post(number + 1);
        QCoreApplication::exit(number);
    });
    receiver.post(1);
    for (int code = 1; code <= 3; ++code)
        QCOMPARE(QCoreApplication::exec(), code);
    receiver.onEvent({ });
}

void tst_ContractQuitting::deferredDeletionsComeBeforeExecReturns()
{
    QPointer<QObject> object = new QObject;
    QTimer::singleShot(0, object, [&] {
        object->deleteLater();
        QCoreApplication::quit();
    });
    QCoreApplication::exec();
    QVERIFY(object.isNull());
}

std::unique_ptr<QObject> Contract::createQuitting()
{
    return std::make_unique<tst_ContractQuitting>();
}

#include "contract_quitting.moc"
