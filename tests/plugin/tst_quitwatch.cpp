// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <quitwatch.h>

#include <QtCore/qeventloop.h>
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
    bool asks = false; // in a dialog
    bool quitsAgain = false; // in the dialog

protected:
    bool event(QEvent *event) override
    {
        if (event->type() != QEvent::Close)
            return QWindow::event(event);
        if (asks) {
            QEventLoop dialog;
            QTimer::singleShot(0, &dialog, [&] {
                if (quitsAgain)
                    QCoreApplication::quit();
                dialog.quit();
            });
            dialog.exec();
            QCoreApplication::sendPostedEvents();
        }
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
    void tellsAQuitFromAnotherWishToClose_data();
    void tellsAQuitFromAnotherWishToClose();
    void lastsWhereADialogQuitsAgain();
    void isTheApplicationsAlone();
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

void tst_QuitWatch::tellsAQuitFromAnotherWishToClose_data()
{
    QTest::addColumn<bool>("asks");
    QTest::newRow("at once") << false;
    QTest::newRow("after a dialog") << true;
}

void tst_QuitWatch::tellsAQuitFromAnotherWishToClose()
{
    QFETCH(bool, asks);
    RefusingWindow window;
    window.asks = asks;
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

void tst_QuitWatch::lastsWhereADialogQuitsAgain()
{
    RefusingWindow window;
    RefusingWindow other; // which keeps the second quit from ending the first one's dialog
    window.asks = window.quitsAgain = true;
    for (RefusingWindow *shown : { &window, &other }) {
        shown->show();
        QVERIFY(QTest::qWaitForWindowExposed(shown));
    }
    QTimer::singleShot(0, &window, [&] {
        QCoreApplication::quit();
        QCoreApplication::exit();
    });
    QCoreApplication::exec();
    QCOMPARE(window.quits, QList<bool>({ true }));
    QCOMPARE(other.quits, QList<bool>({ true }));
}

void tst_QuitWatch::isTheApplicationsAlone()
{
    QObject other;
    QEvent quit(QEvent::Quit);
    QCoreApplication::sendEvent(&other, &quit);
    QVERIFY(!qtasyncio_is_quitting());
}

QTEST_MAIN(tst_QuitWatch)
#include "tst_quitwatch.moc"
