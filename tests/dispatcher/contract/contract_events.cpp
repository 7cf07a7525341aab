// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"

#include <pipe.h>
#include <receiver.h>
#include <watchdog.h>

#include <QtCore/qabstractnativeeventfilter.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qsocketnotifier.h>
#include <QtTest/qtest.h>

#include <thread>

using namespace Contract;
using namespace QtAsyncio;

namespace {

/// Notes what it sees of native events, and takes those that it is told to.
class Filter final : public QAbstractNativeEventFilter
{
public:
    Filter(QString name, QStringList &log)
        : m_name(std::move(name)),
          m_log(log)
    {
    }

    bool takes = false;
    bool removesItself = false;

    bool nativeEventFilter(const QByteArray &type, void *, qintptr *result) override
    {
        m_log.append(m_name + QString::fromLatin1(type));
        if (removesItself)
            QCoreApplication::instance()->removeNativeEventFilter(this);
        *result = takes;
        return takes;
    }

private:
    QString m_name;
    QStringList &m_log;
};

bool filter(const QByteArray &type)
{
    qintptr result = 0;
    int message = 0;
    auto *dispatcher = QAbstractEventDispatcher::instance();
    return dispatcher->filterNativeEvent(type, &message, &result) && result;
}

} // namespace

class tst_ContractEvents : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void theChosenDispatcherIsInPlace();
    void postedEventsComeInOrder();
    void whatIsPostedDuringDeliveryComesWithTheNextCall();
    void whatATimerPostsComesWithTheNextCall();
    void postedEventsComeBeforeNotifiersBeforeTimers();
    void aCallThatDeliversDoesNotWait();
    void aCallThatDeliversWhatAHandlerPostedDoesNotWait();
    void aCallCountsThePostedEvents();
    void aDeletedReceiverGetsNothing();
    void eventsOfManyThreadsArriveOnceAndInOrder();
    void nativeEventFiltersSeeTheNewestFirst();
    void aNativeEventFilterMayRemoveItself();
};

void tst_ContractEvents::theChosenDispatcherIsInPlace()
{
    const QByteArray name = QAbstractEventDispatcher::instance()->metaObject()->className();
    QCOMPARE(name.contains("Glib"), kind() == Kind::Glib);
    QCOMPARE(name.contains("UNIX") || name.contains("Unix"), kind() == Kind::Unix);
    QCOMPARE(name.contains("QtAsyncio"), kind() == Kind::QtAsyncio);
    QCOMPARE(QCoreApplication::instance()->inherits("QGuiApplication"), isGui());
}

void tst_ContractEvents::postedEventsComeInOrder()
{
    Receiver receiver;
    QList<int> expected;
    for (int number = 1; number <= 100; ++number) {
        receiver.post(number);
        expected.append(number);
    }
    QVERIFY(receiver.events().isEmpty());
    processEvents();
    QCOMPARE(receiver.events(), expected);
}

void tst_ContractEvents::whatIsPostedDuringDeliveryComesWithTheNextCall()
{
    Receiver receiver;
    receiver.onEvent([&](int number) { receiver.post(number + 1); });
    receiver.post(1);
    for (int call = 1; call <= 5; ++call) {
        processEvents();
        QCOMPARE(receiver.events().size(), call);
    }
}

void tst_ContractEvents::whatATimerPostsComesWithTheNextCall()
{
    Receiver receiver;
    const int timer = receiver.startTimer(0);
    receiver.onTimer([&](int) {
        receiver.killTimer(timer);
        receiver.post(1);
    });
    processEvents();
    QCOMPARE(receiver.timers().size(), 1);
    QVERIFY(receiver.events().isEmpty());
    processEvents();
    QCOMPARE(receiver.events().size(), 1);
}

void tst_ContractEvents::postedEventsComeBeforeNotifiersBeforeTimers()
{
    QStringList order;
    Pipe pipe;
    QSocketNotifier notifier(pipe.readEnd(), QSocketNotifier::Read);
    connect(&notifier, &QSocketNotifier::activated, this,
            [&] { order.append(QStringLiteral("notifier")); });
    Receiver receiver;
    receiver.onEvent([&](int) { order.append(QStringLiteral("posted")); });
    receiver.onTimer([&](int) { order.append(QStringLiteral("timer")); });
    spinUntilDue(receiver.startTimer(1, Qt::PreciseTimer));
    pipe.write();
    receiver.post(1);
    processEvents();
    QCOMPARE(order.join(QLatin1Char(' ')), QStringLiteral("posted notifier timer"));
}

void tst_ContractEvents::aCallThatDeliversDoesNotWait()
{
    Receiver receiver;
    for (int round = 1; round <= 50; ++round) {
        const Watchdog watchdog;
        receiver.post(1);
        processEvents(Wait);
        QCOMPARE(receiver.events().size(), round);
        QVERIFY(!watchdog.hasBitten());
    }
}

void tst_ContractEvents::aCallThatDeliversWhatAHandlerPostedDoesNotWait()
{
    const Watchdog watchdog(std::chrono::milliseconds(kind() == Kind::Unix ? 100 : 3000));
    Receiver receiver;
    receiver.onEvent([&](int number) {
        if (number == 1)
            receiver.post(2);
    });
    receiver.post(1);
    while (receiver.events().size() < 2)
        processEvents(Wait);
    EXPECT_BROKEN_UNTIL(11, Unix, "the only wake-up was consumed with the first event");
    QVERIFY(!watchdog.hasBitten());
}

void tst_ContractEvents::aCallCountsThePostedEvents()
{
    Receiver receiver;
    QVERIFY(!processEvents());
    receiver.post(1);
    QVERIFY(processEvents());
    QVERIFY(!processEvents());
}

void tst_ContractEvents::aDeletedReceiverGetsNothing()
{
    auto first = std::make_unique<Receiver>();
    auto second = std::make_unique<Receiver>();
    first->onEvent([&](int) { second.reset(); });
    first->post(1);
    second->post(1);
    first->post(2);
    processEvents();
    QCOMPARE(first->events(), QList<int>({ 1, 2 }));
}

void tst_ContractEvents::eventsOfManyThreadsArriveOnceAndInOrder()
{
    constexpr int Threads = 4;
    constexpr int Rounds = 1000;
    Receiver receivers[Threads];
    std::vector<std::thread> threads;
    for (Receiver &receiver : receivers) {
        threads.emplace_back([&receiver] {
            for (int number = 0; number < Rounds; ++number)
                receiver.post(number);
        });
    }
    for (Receiver &receiver : receivers) {
        QTRY_COMPARE_WITH_TIMEOUT(receiver.events().size(), Rounds, 20'000);
        QVERIFY(std::is_sorted(receiver.events().begin(), receiver.events().end()));
    }
    for (std::thread &thread : threads)
        thread.join();
    settle();
    for (const Receiver &receiver : receivers)
        QCOMPARE(receiver.events().size(), Rounds);
}

void tst_ContractEvents::nativeEventFiltersSeeTheNewestFirst()
{
    QStringList log;
    Filter first(QStringLiteral("first "), log);
    Filter second(QStringLiteral("second "), log);
    QCoreApplication::instance()->installNativeEventFilter(&first);
    QAbstractEventDispatcher::instance()->installNativeEventFilter(&second);
    QVERIFY(!filter("a"));
    second.takes = true;
    QVERIFY(filter("b"));
    QCOMPARE(log.join(QLatin1Char(',')), QStringLiteral("second a,first a,second b"));
}

void tst_ContractEvents::aNativeEventFilterMayRemoveItself()
{
    QStringList log;
    Filter first(QStringLiteral("first "), log);
    Filter second(QStringLiteral("second "), log);
    second.removesItself = true;
    for (Filter *each : { &first, &second })
        QCoreApplication::instance()->installNativeEventFilter(each);
    filter("a");
    filter("b");
    QCOMPARE(log.join(QLatin1Char(',')), QStringLiteral("second a,first a,first b"));
}

std::unique_ptr<QObject> Contract::createEvents()
{
    return std::make_unique<tst_ContractEvents>();
}

#include "contract_events.moc"
