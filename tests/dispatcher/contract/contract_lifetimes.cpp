// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"
#include "processes.h"
#include "watchedpipe.h"

#include <receiver.h>
#include <threadsanitizer.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qpointer.h>
#include <QtCore/qprocess.h>
#include <QtCore/qregularexpression.h>
#include <QtTest/qtest.h>

using namespace Contract;
using namespace QtAsyncio;

/// From the birth of a dispatcher to its end.
class tst_ContractLifetimes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void aThreadHasItsDispatcherFromTheBeginning();
    void whatIsPostedBeforeAThreadBeginsArrives();
    void aThreadDeletesItsDispatcher();
    void deferredDeletionsHappenBeforeAThreadEnds();
    void aDispatcherMayEndWithTimersAndNotifiers();
    void aThreadMayBeStartedAgain();
    void applicationsMayFollowOneAnother();
    void aThreadWithoutDescriptorsSaysSo();
    void aThreadMayBeTerminated();

private:
    /// Runs this program as a process of its own, with \a argument.
    static void runAlone(QProcess &process, const char *argument);
};

void tst_ContractLifetimes::aThreadHasItsDispatcherFromTheBeginning()
{
    bool current = false;
    bool started = false;
    const std::unique_ptr<QThread> thread(QThread::create([&] {
        auto *dispatcher = QAbstractEventDispatcher::instance();
        current = dispatcher && dispatcher->thread() == QThread::currentThread();
        Receiver receiver;
        started = receiver.startTimer(1) > 0
                && waitUntil([&] { return !receiver.timers().isEmpty(); });
    }));
    if (QAbstractEventDispatcher *dispatcher = createDispatcher())
        thread->setEventDispatcher(dispatcher);
    thread->start();
    QVERIFY(thread->wait(20'000));
    QVERIFY(current && started);
}

void tst_ContractLifetimes::whatIsPostedBeforeAThreadBeginsArrives()
{
    const std::unique_ptr<QThread> thread = createThread();
    Receiver receiver;
    receiver.onEvent([&](int) { thread->quit(); });
    receiver.moveToThread(thread.get());
    receiver.post(1);
    thread->start();
    QVERIFY(thread->wait(20'000));
    QCOMPARE(receiver.events().size(), 1);
}

void tst_ContractLifetimes::aThreadDeletesItsDispatcher()
{
    const std::unique_ptr<QThread> thread = createThread();
    std::atomic<bool> deleted = false;
    connect(
            thread.get(), &QThread::started, thread.get(),
            [&] {
                connect(
                        QAbstractEventDispatcher::instance(), &QObject::destroyed, thread.get(),
                        [&] { deleted = true; }, Qt::DirectConnection);
                thread->quit();
            },
            Qt::DirectConnection);
    thread->start();
    QVERIFY(thread->wait(20'000));
    QVERIFY(deleted);
    QVERIFY(!thread->eventDispatcher());
}

void tst_ContractLifetimes::deferredDeletionsHappenBeforeAThreadEnds()
{
    const std::unique_ptr<QThread> thread = createThread();
    QPointer<QObject> object = new QObject;
    object->moveToThread(thread.get());
    connect(thread.get(), &QThread::finished, object, &QObject::deleteLater);
    thread->start();
    thread->quit();
    QVERIFY(thread->wait(20'000));
    QVERIFY(object.isNull());
}

void tst_ContractLifetimes::aDispatcherMayEndWithTimersAndNotifiers()
{
    const std::unique_ptr<QThread> thread = createThread();
    auto receiver = std::make_unique<Receiver>();
    auto watched = std::make_unique<WatchedPipe>();
    receiver->startTimer(1);
    receiver->onTimer([&](int) { thread->quit(); });
    watched->pipe.write();
    receiver->moveToThread(thread.get());
    watched->notifier->moveToThread(thread.get());
    thread->start();
    QVERIFY(thread->wait(20'000));
    // Now they belong to a thread that has no dispatcher any more.
    watched.reset();
    expectWarning("Timers cannot be stopped from another thread");
    receiver.reset();
    settle();
}

void tst_ContractLifetimes::aThreadMayBeStartedAgain()
{
    const std::unique_ptr<QThread> thread = createThread();
    for (int round = 0; round < 3; ++round) {
        if (QAbstractEventDispatcher *dispatcher = round > 0 ? createDispatcher() : nullptr)
            thread->setEventDispatcher(dispatcher); // the former went with the former run
        QObject object;
        object.moveToThread(thread.get());
        QMetaObject::invokeMethod(&object, [&] { thread->exit(round); }, Qt::QueuedConnection);
        thread->start();
        QVERIFY(thread->wait(20'000));
    }
}

void tst_ContractLifetimes::runAlone(QProcess &process, const char *argument)
{
    process.start(QCoreApplication::applicationFilePath(), { QLatin1String(argument) });
    QVERIFY(waitUntil([&] { return process.state() == QProcess::NotRunning; }));
}

void tst_ContractLifetimes::applicationsMayFollowOneAnother()
{
    QProcess process;
    runAlone(process, TwoApplications);
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);
}

void tst_ContractLifetimes::aThreadWithoutDescriptorsSaysSo()
{
    // There is nothing that a thread could do without its dispatcher.
    QProcess process;
    runAlone(process, NoDescriptors);
    QCOMPARE(process.exitStatus(), QProcess::CrashExit);
    const QByteArray said = process.readAllStandardError();
    static const QRegularExpression reason(
            QStringLiteral("Too many open files|Cannot continue without a thread pipe"));
    QVERIFY2(QString::fromLocal8Bit(said).contains(reason), said.constData());
}

void tst_ContractLifetimes::aThreadMayBeTerminated()
{
    if (HasThreadSanitizer)
        QSKIP("ThreadSanitizer aborts where a thread is terminated, under Qt as well");
    SKIP_ON(Glib, "a thread that is terminated in it may abort the process");
    QProcess process;
    runAlone(process, Terminate);
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);
}

std::unique_ptr<QObject> Contract::createLifetimes()
{
    return std::make_unique<tst_ContractLifetimes>();
}

#include "contract_lifetimes.moc"
