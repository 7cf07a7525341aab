// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "clickcounter.h"
#include "contract.h"

#include <ticker.h>
#include <watchdog.h>

#include <QtTest/qtest.h>

using namespace Contract;
using namespace QtAsyncio;
using namespace std::chrono_literals;

/// Window-system events; only where there is a window system.
class tst_ContractWindows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!isGui())
            QSKIP("There are no windows without QGuiApplication.");
    }
    void init() { settle(); }
    void aWindowIsExposed();
    void clicksArriveAndCount();
    void excludedInputStaysQueuedAndComesLater();
    void excludedInputDoesNotMakeAWaitSpin();
    void nestedLoopsServeTheWindowSystem();
};

void tst_ContractWindows::aWindowIsExposed()
{
    ClickCounter window;
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
}

void tst_ContractWindows::clicksArriveAndCount()
{
    ClickCounter window;
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    settle();
    window.click();
    QVERIFY(processEvents());
    QTRY_COMPARE(window.clicks, 1);
}

void tst_ContractWindows::excludedInputStaysQueuedAndComesLater()
{
    ClickCounter window;
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    settle();
    window.click();
    for (int call = 0; call < 5; ++call)
        processEvents(QEventLoop::ExcludeUserInputEvents);
    QCOMPARE(window.clicks, 0);
    processEvents();
    EXPECT_BROKEN_BY(Glib, "excluded input arrives only after a later wake-up");
    QCOMPARE(window.clicks, 1);
}

void tst_ContractWindows::excludedInputDoesNotMakeAWaitSpin()
{
    SKIP_ON(Glib, "a call does not return while excluded input is queued");
    ClickCounter window;
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    settle();
    window.click();
    IterationCounter counter;
    auto *dispatcher = QAbstractEventDispatcher::instance();
    const Delayed other(30ms, [&] { dispatcher->wakeUp(); });
    while (!other.isDone())
        processEvents(Wait | QEventLoop::ExcludeUserInputEvents);
    QVERIFY(counter.iterations() < 20);
    QCOMPARE(window.clicks, 0);
    QTRY_COMPARE(window.clicks, 1);
}

void tst_ContractWindows::nestedLoopsServeTheWindowSystem()
{
    ClickCounter window;
    int clicks = -1;
    QTimer::singleShot(0, &window, [&] {
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.click();
        QTRY_COMPARE(window.clicks, 1);
        clicks = window.clicks;
    });
    QTRY_COMPARE(clicks, 1);
}

std::unique_ptr<QObject> Contract::createWindows()
{
    return std::make_unique<tst_ContractWindows>();
}

#include "contract_windows.moc"
