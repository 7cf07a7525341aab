// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"

#include <pipe.h>
#include <receiver.h>
#include <ticker.h>
#include <watchdog.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qelapsedtimer.h>
#include <QtCore/qpointer.h>
#include <QtCore/qsocketnotifier.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <thread>

using namespace Contract;
using namespace QtAsyncio;
using namespace std::chrono_literals;

class tst_ContractLoops : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void quitEndsExecAndItCanBeginAgain();
    void quitFromAnotherThreadEndsExec();
    void aLoopEndsWithItsExitCode();
    void aQuitBeforeExecIsForgotten();
    void nestedLoopsServeEverything_data();
    void nestedLoopsServeEverything();
    void loopsNestDeeply();
    void anOuterLoopEndsAfterTheInnerOne();
    void aQueuedQuitReachesAnOuterLoop();
    void deletesLaterInTheLoopLevelOfTheCall();
    void deletesLaterWithinANestedLoopThatAsksForIt();
    void processEventsWithATimeLimitReturnsWhenThereIsNothing();
};

void tst_ContractLoops::quitEndsExecAndItCanBeginAgain()
{
    auto *app = QCoreApplication::instance();
    for (int round = 1; round <= 3; ++round) {
        const QSignalSpy aboutToQuit(app, &QCoreApplication::aboutToQuit);
        QTimer::singleShot(1, app, [] { QCoreApplication::exit(7); });
        QCOMPARE(QCoreApplication::exec(), 7);
        QCOMPARE(aboutToQuit.size(), 1);
    }
}

void tst_ContractLoops::quitFromAnotherThreadEndsExec()
{
    const Delayed other(10ms, [] { QCoreApplication::exit(3); });
    QCOMPARE(QCoreApplication::exec(), 3);
}

void tst_ContractLoops::aLoopEndsWithItsExitCode()
{
    QEventLoop loop;
    Receiver receiver;
    receiver.onEvent([&](int number) { loop.exit(number); });
    for (int code = 1; code <= 5; ++code) {
        receiver.post(code);
        QCOMPARE(loop.exec(), code);
        QVERIFY(!loop.isRunning());
    }
}

void tst_ContractLoops::aQuitBeforeExecIsForgotten()
{
    QEventLoop loop;
    loop.exit(1);
    QTimer::singleShot(1, &loop, [&] { loop.exit(2); });
    QCOMPARE(loop.exec(), 2);
}

void tst_ContractLoops::nestedLoopsServeEverything_data()
{
    QTest::addColumn<QString>("origin");
    for (const char *origin : { "posted", "timer", "notifier", "awake", "aboutToBlock" })
        QTest::newRow(origin) << QString::fromLatin1(origin);
}

void tst_ContractLoops::nestedLoopsServeEverything()
{
    QFETCH(const QString, origin);
    Receiver inner;
    Pipe pipe;
    QSocketNotifier notifier(pipe.readEnd(), QSocketNotifier::Read);
    int read = 0;
    connect(&notifier, &QSocketNotifier::activated, this, [&] { read += pipe.drain(); });
    bool entered = false;
    bool served = false;
    const auto nest = [&] {
        if (std::exchange(entered, true))
            return;
        inner.post(1);
        inner.startTimer(1);
        pipe.write();
        QTRY_VERIFY(!inner.events().isEmpty() && !inner.timers().isEmpty() && read == 1);
        served = true;
    };

    Receiver outer;
    outer.onEvent([&](int) { nest(); });
    outer.onTimer([&](int) { nest(); });
    Pipe trigger;
    QSocketNotifier triggered(trigger.readEnd(), QSocketNotifier::Read);
    connect(&triggered, &QSocketNotifier::activated, this, [&] {
        trigger.drain();
        nest();
    });
    QObject scope;
    auto *dispatcher = QAbstractEventDispatcher::instance();
    if (origin == QLatin1String("posted"))
        outer.post(1);
    else if (origin == QLatin1String("timer"))
        outer.startTimer(1);
    else if (origin == QLatin1String("notifier"))
        trigger.write();
    else if (origin == QLatin1String("awake"))
        connect(dispatcher, &QAbstractEventDispatcher::awake, &scope, nest);
    else
        connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, &scope, nest);
    QVERIFY(waitUntil([&] { return served; }));
}

void tst_ContractLoops::loopsNestDeeply()
{
    constexpr int Deepest = 20;
    const Ticker ticker;
    Receiver receiver;
    int returned = 0;
    receiver.onEvent([&](int depth) {
        if (depth < Deepest) {
            QEventLoop loop;
            receiver.post(depth + 1);
            QTimer::singleShot(1, &loop, [&] { loop.quit(); });
            loop.exec();
        }
        ++returned;
    });
    receiver.post(1);
    QTRY_COMPARE(returned, Deepest);
    QTRY_VERIFY(ticker.ticks() > 0);
}

void tst_ContractLoops::anOuterLoopEndsAfterTheInnerOne()
{
    QStringList order;
    QEventLoop outer;
    QTimer::singleShot(0, &outer, [&] {
        QEventLoop inner;
        QTimer::singleShot(0, &inner, [&] { outer.quit(); });
        QTimer::singleShot(5, &inner, [&] { inner.quit(); });
        inner.exec();
        order.append(QStringLiteral("inner"));
    });
    outer.exec();
    order.append(QStringLiteral("outer"));
    QCOMPARE(order.join(QLatin1Char(' ')), QStringLiteral("inner outer"));
}

void tst_ContractLoops::aQueuedQuitReachesAnOuterLoop()
{
    // Queued two levels below, while the outer loop delivers events itself.
    const Watchdog watchdog;
    QEventLoop loop;
    const auto later = [&](auto function) {
        QMetaObject::invokeMethod(&loop, function, Qt::QueuedConnection);
    };
    later([&] {
        later([&] { later([&] { loop.quit(); }); });
        loop.processEvents();
    });
    loop.exec();
    QVERIFY(!watchdog.hasBitten());
}

void tst_ContractLoops::deletesLaterInTheLoopLevelOfTheCall()
{
    QEventLoop outer;
    QPointer<QObject> object = new QObject;
    bool aliveInside = false;
    QTimer::singleShot(0, &outer, [&] {
        object->deleteLater();
        QEventLoop inner;
        QTimer::singleShot(5, &inner, [&] { inner.quit(); });
        inner.exec();
        aliveInside = !object.isNull();
        QTimer::singleShot(5, &outer, [&] { outer.quit(); });
    });
    outer.exec();
    QVERIFY(aliveInside);
    QVERIFY(object.isNull());
}

void tst_ContractLoops::deletesLaterWithinANestedLoopThatAsksForIt()
{
    QEventLoop outer;
    QPointer<QObject> object = new QObject;
    bool aliveAfterInner = true;
    QTimer::singleShot(0, &outer, [&] {
        QEventLoop inner;
        QTimer::singleShot(0, &inner, [&] { object->deleteLater(); });
        QTimer::singleShot(10, &inner, [&] { inner.quit(); });
        inner.exec();
        aliveAfterInner = !object.isNull();
        outer.quit();
    });
    outer.exec();
    QVERIFY(!aliveAfterInner);
}

void tst_ContractLoops::processEventsWithATimeLimitReturnsWhenThereIsNothing()
{
    Receiver receiver;
    receiver.startTimer(0);
    QElapsedTimer elapsed;
    elapsed.start();
    QEventLoop loop;
    loop.processEvents(AllEvents, 2000);
    EXPECT_BROKEN_BY(Glib, "its idle source counts as an event");
    QVERIFY(elapsed.elapsed() < 1900);
}

std::unique_ptr<QObject> Contract::createLoops()
{
    return std::make_unique<tst_ContractLoops>();
}

#include "contract_loops.moc"
