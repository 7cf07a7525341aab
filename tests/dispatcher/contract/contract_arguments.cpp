// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"
#include "watchedpipe.h"

#include <receiver.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qlibraryinfo.h>
#include <QtTest/qtest.h>

#include <thread>

using namespace Contract;
using namespace QtAsyncio;

/// What a dispatcher itself is asked that it cannot do: it says so, and nothing has changed.
class tst_ContractArguments : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (kind() != Kind::QtAsyncio && !QLibraryInfo::isDebugBuild())
            QSKIP("Qt's own dispatchers check this in debug builds alone; else they obey or "
                  "crash.");
    }
    void init() { settle(); }
    void registerTimerRefusesInvalidArguments_data();
    void registerTimerRefusesInvalidArguments();
    void registerTimerRefusesAnotherThread();
    void unregisterTimerRefusesAnotherThread();
    void unregisterTimersRefusesAnotherThread();
    void functionsOfTimersRefuseInvalidIds();
    void functionsOfObjectsRefuseNull();
    void notifiersCannotBeRegisteredFromAnotherThread();
    void notifiersCannotBeUnregisteredFromAnotherThread();
    void nullIsNoNotifier();

private:
    static QAbstractEventDispatcher *dispatcher() { return QCoreApplication::eventDispatcher(); }
    /// Has \a function called in another thread, which has no dispatcher.
    template <typename Function> static void elsewhere(Function function)
    {
        std::thread(function).join();
    }
};

void tst_ContractArguments::registerTimerRefusesInvalidArguments_data()
{
    QTest::addColumn<int>("id");
    QTest::addColumn<int>("interval");
    QTest::addColumn<bool>("object");
    QTest::newRow("id 0") << 0 << 1 << true;
    QTest::newRow("negative id") << -5 << 1 << true;
    QTest::newRow("negative interval") << 10'000'000 << -1 << true;
    QTest::newRow("no object") << 10'000'000 << 1 << false;
}

void tst_ContractArguments::registerTimerRefusesInvalidArguments()
{
    QFETCH(const int, id);
    QFETCH(const int, interval);
    QFETCH(const bool, object);
    Receiver receiver;
    expectWarning("registerTimer: invalid arguments");
    dispatcher()->registerTimer(id, interval, Qt::PreciseTimer, object ? &receiver : nullptr);
    QVERIFY(dispatcher()->registeredTimers(&receiver).isEmpty());
    QVERIFY(dispatcher()->remainingTime(10'000'000) < 0);
}

void tst_ContractArguments::registerTimerRefusesAnotherThread()
{
    Receiver receiver;
    expectWarning("timers cannot be started from another thread");
    elsewhere([&, target = dispatcher()] {
        target->registerTimer(10'000'000, 1, Qt::PreciseTimer, &receiver);
    });
    QVERIFY(dispatcher()->registeredTimers(&receiver).isEmpty());
}

void tst_ContractArguments::unregisterTimerRefusesAnotherThread()
{
    Receiver receiver;
    const int id = receiver.startTimer(1000);
    expectWarning("timers cannot be stopped from another thread");
    elsewhere([&, target = dispatcher()] { QVERIFY(!target->unregisterTimer(id)); });
    QCOMPARE(dispatcher()->registeredTimers(&receiver).size(), 1);
}

void tst_ContractArguments::unregisterTimersRefusesAnotherThread()
{
    Receiver receiver;
    receiver.startTimer(1000);
    expectWarning("timers cannot be stopped from another thread");
    elsewhere([&, target = dispatcher()] { QVERIFY(!target->unregisterTimers(&receiver)); });
    QCOMPARE(dispatcher()->registeredTimers(&receiver).size(), 1);
}

void tst_ContractArguments::functionsOfTimersRefuseInvalidIds()
{
    for (const int id : { 0, -1 }) {
        expectWarning("unregisterTimer: invalid argument");
        QVERIFY(!dispatcher()->unregisterTimer(id));
        expectWarning("remainingTime: invalid argument");
        QVERIFY(dispatcher()->remainingTime(id) < 0);
    }
}

void tst_ContractArguments::functionsOfObjectsRefuseNull()
{
    expectWarning("registeredTimers: invalid argument");
    QVERIFY(dispatcher()->registeredTimers(nullptr).isEmpty());
    expectWarning("unregisterTimers: invalid argument");
    QVERIFY(!dispatcher()->unregisterTimers(nullptr));
}

void tst_ContractArguments::notifiersCannotBeRegisteredFromAnotherThread()
{
    WatchedPipe watched;
    watched.notifier->setEnabled(false);
    watched.pipe.write();
    expectWarning("socket notifiers cannot be enabled from another thread");
    elsewhere(
            [&, target = dispatcher()] { target->registerSocketNotifier(watched.notifier.get()); });
    settle();
    QCOMPARE(watched.activations, 0);
}

void tst_ContractArguments::notifiersCannotBeUnregisteredFromAnotherThread()
{
    WatchedPipe watched;
    watched.pipe.write();
    expectWarning("socket notifiers? .*cannot be disabled from another thread");
    elsewhere([&, target = dispatcher()] {
        target->unregisterSocketNotifier(watched.notifier.get());
    });
    processEvents();
    QCOMPARE(watched.activations, 1);
}

void tst_ContractArguments::nullIsNoNotifier()
{
    expectWarning("registerSocketNotifier: invalid notifier");
    dispatcher()->registerSocketNotifier(nullptr);
    expectWarning("unregisterSocketNotifier: invalid notifier");
    dispatcher()->unregisterSocketNotifier(nullptr);
    settle();
}

std::unique_ptr<QObject> Contract::createArguments()
{
    return std::make_unique<tst_ContractArguments>();
}

#include "contract_arguments.moc"
