// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "clickcounter.h"
#include "contract.h"
#include "watchedpipe.h"

#include <receiver.h>
#include <ticker.h>
#include <watchdog.h>

#include <QtTest/qtest.h>

using namespace Contract;
using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

using Flags = QEventLoop::ProcessEventsFlags;

struct NamedFlag
{
    QEventLoop::ProcessEventsFlag flag;
    const char *name;
};

constexpr NamedFlag namedFlags[] = {
    { QEventLoop::ExcludeUserInputEvents, "no input" },
    { QEventLoop::ExcludeSocketNotifiers, "no notifiers" },
    { QEventLoop::X11ExcludeTimers, "no timers" },
    { QEventLoop::WaitForMoreEvents, "wait" },
    { QEventLoop::EventLoopExec, "exec" },
};

/// One event of each kind, each of them there before the call.
class Everything final
{
public:
    Everything()
    {
        if (isGui()) {
            window = std::make_unique<ClickCounter>();
            window->show();
            static_cast<void>(QTest::qWaitForWindowExposed(window.get()));
            settle();
        }
        spinUntilDue(receiver.startTimer(1, Qt::PreciseTimer));
        receiver.onTimer([this](int id) { receiver.killTimer(id); });
        watched.pipe.write();
        if (window)
            window->click();
        receiver.post(1);
    }
    Q_DISABLE_COPY_MOVE(Everything)

    int posted() const { return int(receiver.events().size()); }
    int notified() const { return watched.activations; }
    int timed() const { return int(receiver.timers().size()); }
    int clicked() const { return window ? window->clicks : 0; }

private:
    Receiver receiver;
    WatchedPipe watched{ [this] { watched.pipe.drain(); } };
    std::unique_ptr<ClickCounter> window;
};

} // namespace

/// Every flag of processEvents(), alone and together with every other.
class tst_ContractFlags : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void aCallDeliversWhatItsFlagsAllow_data() { addFlags(); }
    void aCallDeliversWhatItsFlagsAllow();
    void whatWasExcludedComesLater_data() { addFlags(); }
    void whatWasExcludedComesLater();
    void aWaitIsNotEndedByWhatIsExcluded_data() { addFlags(QEventLoop::WaitForMoreEvents); }
    void aWaitIsNotEndedByWhatIsExcluded();
    void aLoopPassesItsFlagsOn();

private:
    static void addFlags(Flags always = { });
};

/// A row for each combination of flags that contains \a always.
void tst_ContractFlags::addFlags(Flags always)
{
    QTest::addColumn<int>("flags");
    for (unsigned set = 0; set < 1U << std::size(namedFlags); ++set) {
        Flags flags;
        QStringList names;
        for (unsigned bit = 0; bit < std::size(namedFlags); ++bit) {
            if (set & 1U << bit) {
                flags |= namedFlags[bit].flag;
                names.append(QLatin1String(namedFlags[bit].name));
            }
        }
        if ((flags & always) != always)
            continue;
        const QByteArray row = names.join(QStringLiteral(", ")).toLatin1();
        QTest::newRow(row.isEmpty() ? "none" : row.constData()) << int(flags);
    }
}

void tst_ContractFlags::aCallDeliversWhatItsFlagsAllow()
{
    QFETCH(const int, flags);
    const Watchdog watchdog;
    const Everything all;
    QVERIFY(processEvents(Flags(flags)));
    QVERIFY(!watchdog.hasBitten());
    QCOMPARE(all.posted(), 1);
    if (flags & QEventLoop::ExcludeSocketNotifiers)
        EXPECT_BROKEN_BY(Glib, "it polls excluded descriptors, and serves them");
    QCOMPARE(all.notified(), flags & QEventLoop::ExcludeSocketNotifiers ? 0 : 1);
    QCOMPARE(all.timed(), flags & QEventLoop::X11ExcludeTimers ? 0 : 1);
    QCOMPARE(all.clicked(), isGui() && !(flags & QEventLoop::ExcludeUserInputEvents) ? 1 : 0);
}

void tst_ContractFlags::whatWasExcludedComesLater()
{
    QFETCH(const int, flags);
    const Everything all;
    processEvents(Flags(flags));
    settle();
    QCOMPARE(all.posted(), 1);
    QCOMPARE(all.notified(), 1);
    QCOMPARE(all.timed(), 1);
    if (isGui() && flags & QEventLoop::ExcludeUserInputEvents)
        EXPECT_BROKEN_BY(Glib, "excluded input arrives only after a later wake-up");
    QCOMPARE(all.clicked(), isGui() ? 1 : 0);
}

void tst_ContractFlags::aWaitIsNotEndedByWhatIsExcluded()
{
    QFETCH(const int, flags);
    const Everything all;
    processEvents(Flags(flags)); // delivers what is not excluded
    IterationCounter counter;
    auto *dispatcher = QAbstractEventDispatcher::instance();
    const Delayed other(15ms, [&] { dispatcher->wakeUp(); });
    while (!other.isDone())
        processEvents(Flags(flags));
    if (flags & QEventLoop::X11ExcludeTimers)
        EXPECT_BROKEN_SINCE(11, Glib, "an excluded timer that is due makes it spin");
    QVERIFY2(counter.iterations() < 10, qPrintable(QString::number(counter.iterations())));
}

void tst_ContractFlags::aLoopPassesItsFlagsOn()
{
    const Everything all;
    QEventLoop loop;
    QCoreApplication::processEvents(QEventLoop::ExcludeSocketNotifiers
                                    | QEventLoop::X11ExcludeTimers);
    QCOMPARE(all.posted(), 1);
    QCOMPARE(all.timed(), 0);
    loop.processEvents(QEventLoop::ExcludeSocketNotifiers);
    QCOMPARE(all.timed(), 1);
    loop.processEvents();
    QCOMPARE(all.notified(), 1);
}

std::unique_ptr<QObject> Contract::createFlags()
{
    return std::make_unique<tst_ContractFlags>();
}

#include "contract_flags.moc"
