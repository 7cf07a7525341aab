// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <createdispatcher.h>
#include <eventdispatcher.h>
#include <pipe.h>
#include <platformevents.h>
#include <receiver.h>
#include <runinthread.h>

#include <QtCore/qsocketnotifier.h>
#include <QtCore/qthread.h>
#include <QtCore/qtimer.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <limits>
#include <stdexcept>

using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

/// Counts what the dispatcher asks of the window system's part.
class FakePlatformEvents final : public PlatformEvents
{
public:
    struct Counts
    {
        int startingUp = 0;
        int closingDown = 0;
        int sent = 0;
        int destroyed = 0;
        Flags flags;
    };

    explicit FakePlatformEvents(Counts &counts)
        : m_counts(counts)
    {
    }
    ~FakePlatformEvents() override { ++m_counts.destroyed; }

    void startingUp(LoopHost &) override { ++m_counts.startingUp; }
    void closingDown() override { ++m_counts.closingDown; }
    bool hasPump() const override { return false; }
    bool pump(Flags) override { return false; }
    bool sendWindowSystemEvents(Flags flags) override
    {
        ++m_counts.sent;
        m_counts.flags = flags;
        return false;
    }

private:
    Counts &m_counts;
};

FakePlatformEvents::Counts s_mainCounts;

void expectWarning(const char *pattern)
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QLatin1String(pattern)));
}

} // namespace

/// What the adapter adds to the loop core: checks of arguments and threads, and start and end.
class tst_EventDispatcher : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isCurrentInItsThreadAlone();
    void refusesSenselessArguments();
    void refusesCallsFromOtherThreads();
    void theNewestNotifierOfAKindIsServed();
    void timersOfAnyLengthCanBeStarted();
    void anotherThreadMayCreateIt();
    void theWindowSystemBelongsToTheMainThread();
    void passesItsFlagsOnToTheWindowSystem();
    void notifiersMayOutliveTheirDispatcher();
    void anExceptionOfAHandlerPasses_data();
    void anExceptionOfAHandlerPasses();

private:
    static EventDispatcher *dispatcher()
    {
        return qobject_cast<EventDispatcher *>(QAbstractEventDispatcher::instance());
    }
};

void tst_EventDispatcher::isCurrentInItsThreadAlone()
{
    LoopHost *seen = currentLoopHost();
    QCOMPARE(seen, static_cast<LoopHost *>(dispatcher()));
    QVERIFY(runInThread(nullptr, [&] { seen = currentLoopHost(); }));
    QCOMPARE(seen, nullptr);

    auto *own = new EventDispatcher;
    QVERIFY(runInThread(own, [&] { seen = currentLoopHost(); }));
    QCOMPARE(static_cast<void *>(seen), static_cast<void *>(static_cast<LoopHost *>(own)));
}

void tst_EventDispatcher::refusesSenselessArguments()
{
    expectWarning("^EventDispatcher::registerSocketNotifier: invalid");
    dispatcher()->registerSocketNotifier(nullptr);
    expectWarning("^EventDispatcher::unregisterSocketNotifier: invalid");
    dispatcher()->unregisterSocketNotifier(nullptr);
    expectWarning("^EventDispatcher::registerTimer: invalid");
    dispatcher()->registerTimer(0, 1, Qt::PreciseTimer, this);
    expectWarning("^EventDispatcher::registerTimer: invalid");
    dispatcher()->registerTimer(1, -1, Qt::PreciseTimer, this);
    expectWarning("^EventDispatcher::registerTimer: invalid");
    dispatcher()->registerTimer(1, 1, Qt::PreciseTimer, nullptr);
    expectWarning("^EventDispatcher::unregisterTimer: invalid");
    QVERIFY(!dispatcher()->unregisterTimer(0));
    expectWarning("^EventDispatcher::unregisterTimers: invalid");
    QVERIFY(!dispatcher()->unregisterTimers(nullptr));
    expectWarning("^EventDispatcher::registeredTimers: invalid");
    QVERIFY(dispatcher()->registeredTimers(nullptr).isEmpty());
    expectWarning("^EventDispatcher::remainingTime: invalid");
    QCOMPARE(dispatcher()->remainingTime(0), -1);
}

void tst_EventDispatcher::refusesCallsFromOtherThreads()
{
    Pipe pipe;
    QSocketNotifier notifier(pipe.readEnd(), QSocketNotifier::Read);
    EventDispatcher *mine = dispatcher();
    expectWarning("socket notifiers cannot be enabled from another thread");
    expectWarning("socket notifiers cannot be disabled from another thread");
    expectWarning("timers cannot be started from another thread");
    expectWarning("timers cannot be stopped from another thread");
    expectWarning("timers cannot be stopped from another thread");
    QVERIFY(runInThread(new EventDispatcher, [&] {
        mine->registerSocketNotifier(&notifier);
        mine->unregisterSocketNotifier(&notifier);
        mine->registerTimer(1'000'000, 1, Qt::PreciseTimer, this);
        mine->unregisterTimer(1'000'000);
        mine->unregisterTimers(this);
    }));
    pipe.write();
    QSignalSpy activated(&notifier, &QSocketNotifier::activated);
    mine->processEvents(QEventLoop::AllEvents);
    QCOMPARE(activated.size(), 1); // still enabled
}

void tst_EventDispatcher::theNewestNotifierOfAKindIsServed()
{
    Pipe pipe;
    pipe.write();
    QSocketNotifier first(pipe.readEnd(), QSocketNotifier::Read);
    expectWarning("Multiple socket notifiers for same socket \\d+ and type Read");
    auto second = std::make_unique<QSocketNotifier>(pipe.readEnd(), QSocketNotifier::Read);
    const QSignalSpy ofFirst(&first, &QSocketNotifier::activated);
    const QSignalSpy ofSecond(second.get(), &QSocketNotifier::activated);
    dispatcher()->processEvents(QEventLoop::AllEvents);
    QCOMPARE(ofSecond.size(), 1);
    QCOMPARE(ofFirst.size(), 0);
    second.reset();
    dispatcher()->processEvents(QEventLoop::AllEvents);
    QCOMPARE(ofFirst.size(), 1);
}

void tst_EventDispatcher::timersOfAnyLengthCanBeStarted()
{
    Receiver receiver;
    constexpr qint64 Longest = std::numeric_limits<qint64>::max();
    for (const auto type : { Qt::PreciseTimer, Qt::CoarseTimer, Qt::VeryCoarseTimer }) {
        const int id = 1'000'000 + int(type);
        dispatcher()->registerTimer(id, Longest, type, &receiver);
        QCOMPARE(dispatcher()->remainingTime(id), std::numeric_limits<int>::max());
    }
    dispatcher()->processEvents(QEventLoop::AllEvents);
    QVERIFY(receiver.timers().isEmpty());
    QVERIFY(dispatcher()->unregisterTimers(&receiver));
}

void tst_EventDispatcher::anotherThreadMayCreateIt()
{
    EventDispatcher *created = nullptr;
    QVERIFY(runInThread(nullptr, [&] {
        created = new EventDispatcher;
        created->moveToThread(QCoreApplication::instance()->thread());
    }));
    bool fired = false;
    QVERIFY(runInThread(created, [&] {
        QEventLoop loop;
        QTimer::singleShot(1, &loop, [&] {
            fired = true;
            loop.quit();
        });
        loop.exec();
    }));
    QVERIFY(fired);
}

void tst_EventDispatcher::theWindowSystemBelongsToTheMainThread()
{
    QCOMPARE(s_mainCounts.startingUp, 1);
    FakePlatformEvents::Counts counts;
    auto *other = new EventDispatcher;
    other->setPlatformEvents(std::make_unique<FakePlatformEvents>(counts));
    QVERIFY(runInThread(other, [] { dispatcher()->processEvents(QEventLoop::AllEvents); }));
    QCOMPARE(counts.startingUp, 0);
    QCOMPARE(counts.sent, 0);
    QCOMPARE(counts.closingDown, 0);
    QCOMPARE(counts.destroyed, 1);
}

void tst_EventDispatcher::passesItsFlagsOnToTheWindowSystem()
{
    const int before = s_mainCounts.sent;
    dispatcher()->processEvents(QEventLoop::ExcludeUserInputEvents);
    QCOMPARE(s_mainCounts.sent, before + 1);
    QVERIFY(s_mainCounts.flags.testFlag(QEventLoop::ExcludeUserInputEvents));
}

void tst_EventDispatcher::notifiersMayOutliveTheirDispatcher()
{
    Pipe pipe;
    std::unique_ptr<QSocketNotifier> notifier;
    QVERIFY(runInThread(new EventDispatcher, [&] {
        notifier = std::make_unique<QSocketNotifier>(pipe.readEnd(), QSocketNotifier::Read);
        dispatcher()->processEvents(QEventLoop::AllEvents);
    }));
    notifier.reset();
}

void tst_EventDispatcher::anExceptionOfAHandlerPasses_data()
{
    QTest::addColumn<QByteArray>("kind");
    for (const char *kind : { "timer", "notifier", "posted event", "awake" })
        QTest::newRow(kind) << QByteArray(kind);
}

/// As through Qt's dispatchers; what has failed is called again when it is due again.
void tst_EventDispatcher::anExceptionOfAHandlerPasses()
{
    QFETCH(const QByteArray, kind);
    int calls = 0;
    const auto handle = [&calls] {
        if (++calls == 1)
            throw std::runtime_error("of the program");
    };
    Pipe pipe;
    pipe.write();
    QTimer timer;
    QSocketNotifier notifier(pipe.readEnd(), QSocketNotifier::Read);
    notifier.setEnabled(kind == "notifier");
    connect(&timer, &QTimer::timeout, &timer, handle);
    connect(&notifier, &QSocketNotifier::activated, &notifier, handle);
    if (kind == "timer")
        timer.start(0);
    QObject context;
    if (kind == "awake")
        connect(dispatcher(), &QAbstractEventDispatcher::awake, &context, handle);
    const auto post = [&] {
        if (kind == "posted event")
            QMetaObject::invokeMethod(&context, handle, Qt::QueuedConnection);
    };
    post();
    QVERIFY_THROWS_EXCEPTION(std::runtime_error,
                             dispatcher()->processEvents(QEventLoop::AllEvents));
    QCOMPARE(calls, 1);
    post();
    dispatcher()->processEvents(QEventLoop::AllEvents);
    QCOMPARE(calls, 2);
}

int main(int argc, char **argv)
{
    int result = 0;
    {
        auto *dispatcher = new EventDispatcher;
        dispatcher->setPlatformEvents(std::make_unique<FakePlatformEvents>(s_mainCounts));
        QCoreApplication::setEventDispatcher(dispatcher);
        const QCoreApplication app(argc, argv);
        tst_EventDispatcher test;
        result = QTest::qExec(&test, argc, argv);
    }
    const bool closedOnce = s_mainCounts.closingDown == 1 && s_mainCounts.destroyed == 1;
    return result != 0 || !closedOnce;
}

#include "tst_eventdispatcher.moc"
