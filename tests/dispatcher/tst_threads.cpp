// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <callbackqueue.h>
#include <createdispatcher.h>
#include <iteration.h>
#include <pipe.h>
#include <ticker.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qsocketnotifier.h>
#include <QtCore/qthread.h>
#include <QtTest/qtest.h>

#include <filesystem>
#include <future>

using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

constexpr int Count = 4;

/// Threads with a dispatcher of ours each, which run one function at the same time.
class Threads final
{
public:
    /// Gets the threads, and which one of them it runs in.
    using Function = std::function<void(Threads &, int)>;

    explicit Threads(Function function, int count = Count)
        : m_function(std::move(function))
    {
        for (int index = 0; index < count; ++index) {
            m_threads.emplace_back(QThread::create([this, index] {
                m_function(*this, index);
                ++m_done; // Qt orders the end of a thread by a mutex that no sanitizer sees.
            }));
            m_threads.back()->setEventDispatcher(createEventDispatcher());
        }
        for (const auto &thread : m_threads)
            thread->start();
    }

    QThread &operator[](int index) { return *m_threads[std::size_t(index)]; }
    std::size_t done() const noexcept { return m_done.load(); }

    /// Whether all have come to their end; the main thread's events are served meanwhile.
    bool finish()
    {
        if (!QTest::qWaitFor([this] { return done() == m_threads.size(); }, 20'000))
            return false;
        return std::all_of(m_threads.begin(), m_threads.end(),
                           [](const auto &thread) { return thread->wait(20'000); });
    }

private:
    const Function m_function;
    std::atomic<std::size_t> m_done = 0;
    std::vector<std::unique_ptr<QThread>> m_threads;
};

bool mainThreadIsOurs()
{
    return qgetenv("QTASYNCIO_TEST_MAIN_DISPATCHER") == "qtasyncio";
}

auto openDescriptors()
{
    namespace fs = std::filesystem;
    return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
}

/// Starts a thread with a dispatcher that is made here, and serves its own events meanwhile.
int depthReached(int depth)
{
    if (depth == 0)
        return 0;
    std::atomic<int> reached = 0;
    QEventLoop loop;
    const std::unique_ptr<QThread> thread(
            QThread::create([&] { reached = depthReached(depth - 1) + 1; }));
    QObject::connect(thread.get(), &QThread::finished, &loop, &QEventLoop::quit);
    thread->setEventDispatcher(createEventDispatcher());
    thread->start();
    loop.exec();
    thread->wait();
    return reached;
}

} // namespace

/// Dispatchers in several threads at once, beside a main thread with Qt's dispatcher or ours.
class tst_Threads : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QCOMPARE(currentLoopHost() != nullptr, mainThreadIsOurs()); }
    void everyThreadServesEveryKindOfWork();
    void aTokenGoesRoundAndEachThreadQuitsTheNext();
    void oneThreadIsCalledByTheOthers();
    void interruptEndsTheWaitInEveryThread();
    void aThreadMakesTheDispatcherOfAnother();
    void queuesComeAndGoInEveryThread();
    void threadsThatEndLeaveNothingBehind();
};

void tst_Threads::everyThreadServesEveryKindOfWork()
{
    constexpr int Rounds = 100;
    std::atomic<int> reads = 0;
    std::atomic<int> precise = 0;
    std::atomic<int> coarse = 0;
    const Ticker ticker; // the main thread's
    Threads threads([&](Threads &, int) {
        QEventLoop loop;
        CallbackQueue queue(currentLoopHost());
        int unfinished = 3;
        const auto finish = [&] {
            if (--unfinished == 0)
                loop.quit();
        };

        Pipe pipe;
        int round = 0;
        const QSocketNotifier notifier(pipe.readEnd(), QSocketNotifier::Read);
        connect(&notifier, &QSocketNotifier::activated, &loop, [&] {
            reads += pipe.drain();
            if (++round < Rounds)
                queue.callSoon([&] { pipe.write(); });
            else
                finish();
        });
        queue.callLater(1ms, [&] { pipe.write(); });

        QTimer timers[2];
        std::atomic<int> *counters[2] = { &precise, &coarse };
        for (int i = 0; i < 2; ++i) {
            connect(&timers[i], &QTimer::timeout, &loop, [&, i, ticks = 0]() mutable {
                ++*counters[i];
                if (++ticks < 3)
                    return;
                timers[i].stop();
                finish();
            });
        }
        timers[0].setTimerType(Qt::PreciseTimer);
        timers[0].start(2ms);
        timers[1].start(30ms);
        loop.exec();
    });
    QVERIFY(threads.finish());
    QCOMPARE(reads, Count * Rounds);
    QCOMPARE(precise, Count * 3);
    QCOMPARE(coarse, Count * 3);
    QVERIFY(ticker.ticks() > 0);
}

void tst_Threads::aTokenGoesRoundAndEachThreadQuitsTheNext()
{
    constexpr int Laps = 100;
    Pipe pipes[Count];
    std::atomic<int> passed = 0;
    Threads threads([&](Threads &ring, int index) {
        const int next = (index + 1) % Count;
        QEventLoop loop;
        CallbackQueue queue(currentLoopHost());
        const QSocketNotifier notifier(pipes[index].readEnd(), QSocketNotifier::Read);
        connect(&notifier, &QSocketNotifier::activated, &loop, [&] {
            pipes[index].drain();
            if (++passed == Laps * Count)
                ring[next].quit();
            else
                queue.callSoon([&] { pipes[next].write(); });
        });
        loop.exec();
        ring[next].quit();
    });
    pipes[0].write();
    QVERIFY(threads.finish());
    QCOMPARE(passed, Laps * Count);
}

void tst_Threads::oneThreadIsCalledByTheOthers()
{
    constexpr int Calls = 500;
    constexpr int AllCalls = Calls * (Count - 1);
    std::promise<CallbackQueue *> promise;
    const std::shared_future<CallbackQueue *> called = promise.get_future().share();
    std::atomic<int> calls = 0;
    std::atomic<int> inOrder = 0; // and in the right thread
    Threads threads([&](Threads &all, int index) {
        if (index > 0) {
            const auto last = std::make_shared<int>(-1);
            for (int number = 0; number < Calls; ++number) {
                called.get()->callSoonThreadsafe([&, last, number] {
                    ++calls;
                    const bool isHere = QThread::currentThread() == &all[0];
                    inOrder += isHere && std::exchange(*last, number) == number - 1;
                });
            }
            return;
        }
        CallbackQueue queue(currentLoopHost());
        promise.set_value(&queue);
        while (calls < AllCalls)
            QtAsyncio::processEvents(Wait);
    });
    QVERIFY(threads.finish());
    QCOMPARE(inOrder, AllCalls);
}

void tst_Threads::interruptEndsTheWaitInEveryThread()
{
    std::atomic<int> waiting = 0;
    Threads threads([&](Threads &, int) {
        const QAbstractEventDispatcher *dispatcher = QAbstractEventDispatcher::instance();
        connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, dispatcher,
                [&] { ++waiting; });
        QtAsyncio::processEvents(Wait);
    });
    QTRY_COMPARE(waiting, Count);
    QCOMPARE(threads.done(), 0);
    for (int index = 0; index < Count; ++index)
        threads[index].eventDispatcher()->interrupt();
    QVERIFY(threads.finish());
}

void tst_Threads::aThreadMakesTheDispatcherOfAnother()
{
    std::atomic<int> reached = 0;
    Threads threads([&](Threads &, int) { reached += depthReached(3); });
    QVERIFY(threads.finish());
    QCOMPARE(reached, Count * 3);
}

void tst_Threads::queuesComeAndGoInEveryThread()
{
    constexpr int Rounds = 200;
    std::atomic<int> called = 0;
    Threads threads([&](Threads &, int) {
        for (int round = 0; round < Rounds; ++round) {
            CallbackQueue first(currentLoopHost());
            CallbackQueue second(currentLoopHost());
            first.callSoon([&] { ++called; });
            second.callLater(0ms, [&] { ++called; });
            QtAsyncio::processEvents();
        }
    });
    QVERIFY(threads.finish());
    QCOMPARE(called, 2 * Count * Rounds);
}

void tst_Threads::threadsThatEndLeaveNothingBehind()
{
    const auto before = openDescriptors();
    std::atomic<bool> stays = true;
    std::atomic<int> ticks = 0;
    Threads staying(
            [&](Threads &, int) {
                CallbackQueue queue(currentLoopHost());
                const std::function<void()> tick = [&] {
                    ++ticks;
                    queue.callLater(1ms, tick);
                };
                tick();
                while (stays)
                    QtAsyncio::processEvents(Wait);
            },
            1);
    for (int wave = 0; wave < 10; ++wave) {
        const int seen = ticks;
        Threads passing([](Threads &, int) {
            QEventLoop loop;
            QTimer::singleShot(1, &loop, &QEventLoop::quit);
            loop.exec();
        });
        QVERIFY(passing.finish());
        QTRY_VERIFY(ticks > seen);
    }
    stays = false;
    QVERIFY(staying.finish());
    QCOMPARE(openDescriptors(), before);
}

int main(int argc, char **argv)
{
    if (mainThreadIsOurs())
        QCoreApplication::setEventDispatcher(createEventDispatcher());
    const QCoreApplication app(argc, argv);
    tst_Threads test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_threads.moc"
