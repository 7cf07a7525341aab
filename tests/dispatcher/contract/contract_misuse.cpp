// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"
#include "watchedpipe.h"

#include <receiver.h>

#include <QtCore/qcoreapplication.h>
#include <QtTest/qtest.h>

#include <thread>

using namespace Contract;
using namespace QtAsyncio;

/// What cannot be done: Qt says so before a dispatcher hears of it, and nothing has changed.
class tst_ContractMisuse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void aTimerCannotBeStartedFromAnotherThread();
    void aTimerCannotBeStoppedFromAnotherThread();
    void anUnknownTimerCannotBeStopped();
    void aThreadWithoutADispatcherHasNoTimers();
    void aNotifierCannotBeSwitchedFromAnotherThread();
    void aNotifierNeedsADescriptor();

private:
    static QAbstractEventDispatcher *dispatcher() { return QCoreApplication::eventDispatcher(); }
    /// Has \a function called in another thread, which has no dispatcher.
    template <typename Function> static void elsewhere(Function function)
    {
        std::thread(function).join();
    }
};

void tst_ContractMisuse::aTimerCannotBeStartedFromAnotherThread()
{
    Receiver receiver;
    expectWarning("startTimer: [Tt]imers cannot be started from another thread");
    elsewhere([&] { QCOMPARE(receiver.startTimer(1), 0); });
    QVERIFY(dispatcher()->registeredTimers(&receiver).isEmpty());
}

void tst_ContractMisuse::aTimerCannotBeStoppedFromAnotherThread()
{
    Receiver receiver;
    const int id = receiver.startTimer(1);
    expectWarning("killTimer: [Tt]imers cannot be stopped from another thread");
    elsewhere([&] { receiver.killTimer(id); });
    QVERIFY(waitUntil([&] { return !receiver.timers().isEmpty(); }));
}

void tst_ContractMisuse::anUnknownTimerCannotBeStopped()
{
    Receiver receiver;
    expectWarning("killTimer\\(\\): Error: timer id 10000000 is not valid for object .*");
    receiver.killTimer(10'000'000);
}

void tst_ContractMisuse::aThreadWithoutADispatcherHasNoTimers()
{
    if (qtMinorVersion() >= 8)
        QSKIP("Qt makes a dispatcher for such a thread.");
    expectWarning("startTimer: Timers can only be used with threads started with QThread");
    elsewhere([] {
        QObject object;
        QCOMPARE(object.startTimer(1), 0);
    });
}

void tst_ContractMisuse::aNotifierCannotBeSwitchedFromAnotherThread()
{
    WatchedPipe watched;
    watched.pipe.write();
    expectWarning("Socket notifiers cannot be enabled or disabled from another thread");
    elsewhere([&] { watched.notifier->setEnabled(false); });
    processEvents();
    QCOMPARE(watched.activations, 1);
    // The notifier believes that it was disabled, and will not say so again.
    dispatcher()->unregisterSocketNotifier(watched.notifier.get());
}

void tst_ContractMisuse::aNotifierNeedsADescriptor()
{
    expectWarning("QSocketNotifier: Invalid socket specified");
    QSocketNotifier notifier(-1, QSocketNotifier::Read);
    notifier.setEnabled(true);
    settle();
}

std::unique_ptr<QObject> Contract::createMisuse()
{
    return std::make_unique<tst_ContractMisuse>();
}

#include "contract_misuse.moc"
