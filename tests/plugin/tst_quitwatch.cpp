// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <quitwatch.h>

#include <QtCore/qtimer.h>
#include <QtGui/qguiapplication.h>
#include <QtGui/qwindow.h>
#include <QtTest/qtest.h>

using namespace QtAsyncio;

namespace {

/// A window that refuses to close, and notes whether that is for a quit().
class RefusingWindow final : public QWindow
{
public:
    QList<bool> quits;

protected:
    bool event(QEvent *event) override
    {
        if (event->type() != QEvent::Close)
            return QWindow::event(event);
        quits.append(qtasyncio_is_quitting());
        event->ignore();
        return true;
    }
};

} // namespace

class tst_QuitWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void watchesAnApplicationOnce();
    void tellsAQuitFromAnotherWishToClose();
};

void tst_QuitWatch::initTestCase()
{
    QVERIFY(!qtasyncio_is_quitting()); // nobody watches
    qtasyncio_watch_quits();
}

void tst_QuitWatch::watchesAnApplicationOnce()
{
    qtasyncio_watch_quits();
    QCOMPARE(qApp->findChildren<QuitWatch *>().size(), 1);
}

void tst_QuitWatch::tellsAQuitFromAnotherWishToClose()
{
    RefusingWindow window;
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));

    QTimer::singleShot(0, &window, [&] {
        window.close();
        QCoreApplication::quit();
        QVERIFY(qtasyncio_is_quitting());
        QTimer::singleShot(0, &window, [&] {
            QVERIFY(!qtasyncio_is_quitting());
            window.close();
            QCoreApplication::exit();
        });
    });
    QCoreApplication::exec();
    QCOMPARE(window.quits, QList<bool>({ false, true, false }));
}

QTEST_MAIN(tst_QuitWatch)
#include "tst_quitwatch.moc"
