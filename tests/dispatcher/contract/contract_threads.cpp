// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"

#include <pipe.h>
#include <receiver.h>
#include <watchdog.h>

#include <QtCore/qsocketnotifier.h>
#include <QtCore/qthread.h>
#include <QtTest/qtest.h>

#include <future>

using namespace Contract;
using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

/// A thread under test, which ends with its owner.
class RunningThread final
{
public:
    RunningThread()
        : m_thread(createThread())
    {
        // Qt orders the end of a thread by a mutex that no sanitizer sees in its library.
        QObject::connect(
                m_thread.get(), &QThread::finished, m_thread.get(), [this] { m_ended = true; },
                Qt::DirectConnection);
        m_thread->start();
    }
    ~RunningThread()
    {
        m_thread->quit();
        m_thread->wait();
        static_cast<void>(m_ended.load());
    }
    Q_DISABLE_COPY_MOVE(RunningThread)

    QThread *get() const noexcept { return m_thread.get(); }

    /// Has \a function called in the thread, which \a object lives in, and waits for it.
    template <typename Function> static auto call(QObject *object, Function function)
    {
        std::promise<std::invoke_result_t<Function>> promise;
        QMetaObject::invokeMethod(
                object, [&] { promise.set_value(function()); }, Qt::QueuedConnection);
        return promise.get_future().get();
    }

private:
    std::atomic<bool> m_ended = false;
    std::unique_ptr<QThread> m_thread;
};

using TimerInfo = QAbstractEventDispatcher::TimerInfo;

QList<TimerInfo> timersOf(QObject *object)
{
    return QAbstractEventDispatcher::instance()->registeredTimers(object);
}

} // namespace

class tst_ContractThreads : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void aThreadHasADispatcherOfItsOwn();
    void severalThreadsServeTheirEvents();
    void aThreadCanBeQuitWhileItWaits();
    void timersMoveWithTheirObject();
    void aTimerMayMoveAwayInItsHandler();
    void notifiersMoveWithTheirObject();
    void objectsAreDeletedLaterInTheirThread();
    void queuedCallsCrossThreads();
};

void tst_ContractThreads::aThreadHasADispatcherOfItsOwn()
{
    const RunningThread thread;
    QObject object;
    object.moveToThread(thread.get());
    const auto name = RunningThread::call(&object, [] {
        return QByteArray(QAbstractEventDispatcher::instance()->metaObject()->className());
    });
    QCOMPARE(name.contains("QtAsyncio"), kind() == Kind::QtAsyncio);
    QVERIFY(thread.get()->eventDispatcher() != QAbstractEventDispatcher::instance());
}

void tst_ContractThreads::severalThreadsServeTheirEvents()
{
    constexpr int Threads = 4;
    std::atomic<int> ticks = 0;
    std::atomic<int> events = 0;
    std::atomic<int> reads = 0;
    std::vector<std::unique_ptr<QThread>> threads;
    for (int i = 0; i < Threads; ++i) {
        auto &thread = threads.emplace_back(QThread::create([&] {
            QEventLoop loop;
            Receiver receiver;
            Pipe pipe;
            QSocketNotifier notifier(pipe.readEnd(), QSocketNotifier::Read);
            connect(&notifier, &QSocketNotifier::activated, &loop, [&] {
                reads += pipe.drain();
                receiver.startTimer(1);
            });
            receiver.onEvent([&](int number) {
                ++events;
                number < 500 ? receiver.post(number + 1) : pipe.write();
            });
            receiver.onTimer([&](int) {
                ++ticks;
                loop.quit();
            });
            receiver.post(1);
            loop.exec();
        }));
        if (QAbstractEventDispatcher *dispatcher = createDispatcher())
            thread->setEventDispatcher(dispatcher);
        thread->start();
    }
    for (const auto &thread : threads)
        QVERIFY(thread->wait(20'000));
    QCOMPARE(events, Threads * 500);
    QCOMPARE(reads, Threads);
    QCOMPARE(ticks, Threads);
}

void tst_ContractThreads::aThreadCanBeQuitWhileItWaits()
{
    for (int round = 0; round < 50; ++round) {
        const std::unique_ptr<QThread> thread = createThread();
        thread->start();
        thread->exit(round);
        QVERIFY(thread->wait(20'000));
    }
}

void tst_ContractThreads::timersMoveWithTheirObject()
{
    const RunningThread thread;
    auto *receiver = new Receiver;
    const int slow = receiver->startTimer(30'000, Qt::VeryCoarseTimer);
    const int fast = receiver->startTimer(1, Qt::PreciseTimer);
    std::atomic<int> fired = 0;
    receiver->onTimer([&](int id) {
        if (id == fast && QThread::currentThread() == thread.get())
            ++fired;
    });
    receiver->moveToThread(thread.get());
    QTRY_VERIFY(fired >= 3);
    const auto timers = RunningThread::call(receiver, [=] { return timersOf(receiver); });
    QCOMPARE(timers.size(), 2);
    QCOMPARE(timers[0].timerId, fast);
    QCOMPARE(timers[1].timerId, slow);
    QCOMPARE(timers[1].interval, 30'000);
    QCOMPARE(timers[1].timerType, Qt::VeryCoarseTimer);
    QVERIFY(timersOf(this).isEmpty());
    QVERIFY(RunningThread::call(receiver, [=] {
        delete receiver;
        return true;
    }));
}

void tst_ContractThreads::aTimerMayMoveAwayInItsHandler()
{
    const RunningThread thread;
    auto *receiver = new Receiver;
    std::atomic<int> fired = 0;
    receiver->onTimer([&](int) {
        ++fired;
        if (QThread::currentThread() != thread.get())
            receiver->moveToThread(thread.get());
    });
    receiver->startTimer(1, Qt::PreciseTimer);
    QTRY_VERIFY(fired >= 3);
    receiver->deleteLater();
}

void tst_ContractThreads::notifiersMoveWithTheirObject()
{
    Pipe pipe;
    const RunningThread thread;
    auto *notifier = new QSocketNotifier(pipe.readEnd(), QSocketNotifier::Read);
    std::atomic<int> read = 0;
    std::atomic<bool> inThread = false;
    connect(notifier, &QSocketNotifier::activated, notifier, [&] {
        inThread = QThread::currentThread() == thread.get();
        read += pipe.drain();
    });
    processEvents();
    notifier->moveToThread(thread.get());
    pipe.write();
    QTRY_COMPARE(read, 1);
    QVERIFY(inThread);
    notifier->deleteLater();
}

void tst_ContractThreads::objectsAreDeletedLaterInTheirThread()
{
    const RunningThread thread;
    std::atomic<bool> deletedThere = false;
    auto *object = new QObject;
    connect(
            object, &QObject::destroyed, object,
            [&] { deletedThere = QThread::currentThread() == thread.get(); }, Qt::DirectConnection);
    object->moveToThread(thread.get());
    object->deleteLater();
    QTRY_VERIFY(deletedThere);
}

void tst_ContractThreads::queuedCallsCrossThreads()
{
    constexpr int Rounds = 500;
    const RunningThread thread;
    Receiver here;
    auto *there = new Receiver;
    there->onEvent([&](int number) { here.post(number + 1); });
    here.onEvent([&](int number) {
        if (number < Rounds)
            there->post(number);
    });
    there->moveToThread(thread.get());
    there->post(1);
    QVERIFY(waitUntil([&] { return here.events().size() == Rounds - 1; }));
    there->deleteLater();
}

std::unique_ptr<QObject> Contract::createThreads()
{
    return std::make_unique<tst_ContractThreads>();
}

#include "contract_threads.moc"
