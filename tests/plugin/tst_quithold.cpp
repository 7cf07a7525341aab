// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <quithold.h>

#include <QtCore/qtimer.h>
#include <QtGui/qguiapplication.h>
#include <QtGui/qwindow.h>
#include <QtTest/qtest.h>

#include <functional>
#include <optional>

namespace {

/// An application that counts how often Qt would have it quit, and goes on.
class Application final
{
public:
    Application() { m_application.emplace(m_count, m_arguments); }
    /// Runs the steps; returns the count after each, when all that it had posted was delivered.
    QList<int> quitsAfter(const QList<std::function<void()>> &steps);
    void end() { m_application.reset(); }

private:
    class CountingApplication final : public QGuiApplication
    {
    public:
        using QGuiApplication::QGuiApplication;
        int quits = 0;

    protected:
        bool event(QEvent *event) override
        {
            if (event->type() != QEvent::Quit)
                return QGuiApplication::event(event);
            ++quits;
            return true;
        }
    };

    int m_count = 1;
    char m_name[9] = "quithold";
    char *m_arguments[2] = { m_name, nullptr };
    std::optional<CountingApplication> m_application;
};

QList<int> Application::quitsAfter(const QList<std::function<void()>> &steps)
{
    QList<int> counts;
    qsizetype next = 0;
    QTimer turns;
    QObject::connect(&turns, &QTimer::timeout, [&] {
        if (next > 0)
            counts.append(m_application->quits);
        if (next == steps.size())
            QCoreApplication::exit();
        else
            steps.at(next++)();
    });
    turns.start(0);
    QCoreApplication::exec();
    return counts;
}

void holdAndClose(QWindow &window)
{
    qtasyncio_hold_quit();
    window.close();
}

void release()
{
    qtasyncio_release_quit(true);
}

} // namespace

class tst_QuitHold : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup();
    void theLastWindowIsDecidedOnWhenItIsReleased();
    void itIsReleasedAsOftenAsHeld();
    void aWindowThatFollowsKeepsTheApplication();
    void whereNothingIsDecidedTheApplicationGoesOn();
    void afterwardsTheLockIsAsBefore();
    void anApplicationTakesItsHoldsAlong();
    void withoutAnApplicationNothingHappens();
};

void tst_QuitHold::cleanup()
{
    QVERIFY(!QCoreApplication::instance());
    QGuiApplication::setQuitOnLastWindowClosed(true); // what outlives an application
    QCoreApplication::setQuitLockEnabled(true);
}

void tst_QuitHold::theLastWindowIsDecidedOnWhenItIsReleased()
{
    Application application;
    QWindow window;
    window.show();
    QCOMPARE(application.quitsAfter({ [&] { holdAndClose(window); }, release }),
             QList<int>({ 0, 1 }));
}

void tst_QuitHold::itIsReleasedAsOftenAsHeld()
{
    Application application;
    QWindow window;
    window.show();
    QCOMPARE(application.quitsAfter(
                     { qtasyncio_hold_quit, [&] { holdAndClose(window); }, release, release }),
             QList<int>({ 0, 0, 0, 1 }));
}

void tst_QuitHold::aWindowThatFollowsKeepsTheApplication()
{
    Application application;
    QWindow window;
    QWindow other;
    window.show();
    QCOMPARE(application.quitsAfter({ [&] { holdAndClose(window); }, [&] { other.show(); }, release,
                                      [&] { other.close(); } }),
             QList<int>({ 0, 0, 0, 1 }));
}

void tst_QuitHold::whereNothingIsDecidedTheApplicationGoesOn()
{
    Application application;
    QGuiApplication::setQuitOnLastWindowClosed(false);
    QWindow window;
    window.show();
    QCOMPARE(application.quitsAfter(
                     { [&] { holdAndClose(window); }, [] { qtasyncio_release_quit(false); } }),
             QList<int>({ 0, 0 }));
}

void tst_QuitHold::afterwardsTheLockIsAsBefore()
{
    Application application;
    QWindow window;
    window.show();
    for (const bool enabled : { false, true }) {
        QCoreApplication::setQuitLockEnabled(enabled);
        qtasyncio_hold_quit();
        qtasyncio_release_quit(!enabled);
        QCOMPARE(QCoreApplication::isQuitLockEnabled(), enabled);
    }
    QCOMPARE(application.quitsAfter({ [&] { window.close(); } }), QList<int>({ 1 }));
}

void tst_QuitHold::anApplicationTakesItsHoldsAlong()
{
    Application first;
    qtasyncio_hold_quit();
    first.end();

    Application second;
    QWindow window;
    window.show();
    QCOMPARE(second.quitsAfter({ release, [&] { window.close(); } }), QList<int>({ 0, 1 }));
}

void tst_QuitHold::withoutAnApplicationNothingHappens()
{
    qtasyncio_hold_quit();
    Application application;
    QWindow window;
    window.show();
    QCOMPARE(application.quitsAfter({ release, [&] { window.close(); } }), QList<int>({ 0, 1 }));
}

QTEST_APPLESS_MAIN(tst_QuitHold)
#include "tst_quithold.moc"
