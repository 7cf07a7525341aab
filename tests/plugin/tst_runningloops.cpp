// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <runningloops.h>

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qthread.h>
#include <QtCore/qtimer.h>
#include <QtTest/qtest.h>

#include <functional>
#include <memory>

using namespace QtAsyncio;

namespace {

int level()
{
    return QThread::currentThread()->loopLevel();
}

QObject *dispatcher()
{
    return QAbstractEventDispatcher::instance();
}

/// Runs an event loop, and a function in it, after which it ends.
void runIn(QEventLoop &loop, const std::function<void()> &function)
{
    QTimer::singleShot(0, &loop, [&] {
        function();
        loop.quit();
    });
    loop.exec();
}

} // namespace

class tst_RunningLoops : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void thoseAboveEndAndNoneBelow();
    void soItIsInAnotherThread();
    void thereMayBeNoneAbove();
    void oneThatDoesNotRunThereIsNotBelieved();
    void neitherIsOneThatHasEnded();
};

void tst_RunningLoops::thoseAboveEndAndNoneBelow()
{
    QEventLoop host(dispatcher()); // a child too, of another level
    QEventLoop ours(dispatcher());
    QEventLoop first;
    QEventLoop second;
    QList<bool> running;
    runIn(host, [&] {
        const int ourLevel = level();
        runIn(ours, [&] {
            runIn(first, [&] {
                runIn(second, [&] {
                    QVERIFY(RunningLoops::exitAbove(ourLevel));
                    for (const QEventLoop *loop : { &host, &ours, &first, &second })
                        running.append(loop->isRunning());
                });
            });
        });
    });
    QCOMPARE(running, QList<bool>({ true, true, false, false }));
}

void tst_RunningLoops::soItIsInAnotherThread()
{
    const std::unique_ptr<QThread> thread(
            QThread::create(&tst_RunningLoops::thoseAboveEndAndNoneBelow, this));
    thread->start();
    QVERIFY(thread->wait());
}

void tst_RunningLoops::thereMayBeNoneAbove()
{
    QEventLoop ours(dispatcher());
    const int ourLevel = level();
    runIn(ours, [&] {
        QVERIFY(RunningLoops::exitAbove(ourLevel));
        QVERIFY(ours.isRunning());
    });
}

void tst_RunningLoops::oneThatDoesNotRunThereIsNotBelieved()
{
    QEventLoop idle(dispatcher());
    QEventLoop foreign;
    QVERIFY(!RunningLoops::exitAbove(0));
    const int foreignLevel = level();
    runIn(foreign, [&] {
        QVERIFY(!RunningLoops::exitAbove(foreignLevel));
        QVERIFY(!RunningLoops::exitAbove(foreignLevel + 1));
        QVERIFY(foreign.isRunning());
    });
}

void tst_RunningLoops::neitherIsOneThatHasEnded()
{
    QEventLoop host;
    QEventLoop ours(dispatcher());
    runIn(host, [&] {
        const int ourLevel = level();
        runIn(ours, [] { });
        QVERIFY(!RunningLoops::exitAbove(ourLevel)); // its pointer may still be behind Qt's list
        QVERIFY(host.isRunning());
    });
}

QTEST_GUILESS_MAIN(tst_RunningLoops)
#include "tst_runningloops.moc"
