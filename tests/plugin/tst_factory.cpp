// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <createdispatcher.h>
#include <eventdispatcher.h>
#include <factorylibrary.h>

#include <QtCore/qthread.h>
#include <QtCore/qtimer.h>
#include <QtGui/qguiapplication.h>
#include <QtGui/qwindow.h>
#include <QtTest/qtest.h>

#include <thread>

using namespace QtAsyncio;

namespace {

/// An application that lives as long as a test wants it.
template <typename Application = QCoreApplication> class Instance final
{
public:
    Application *operator->() noexcept { return &m_application; }

private:
    char m_name[12] = "tst_factory";
    char *m_arguments[2] = { m_name, nullptr };
    int m_count = 1;
    Application m_application{ m_count, m_arguments };
};

const FactoryLibrary &factory()
{
    return FactoryLibrary::instance();
}

bool isOurs(const QAbstractEventDispatcher *dispatcher)
{
    return dispatcher && qobject_cast<const LoopHost *>(dispatcher);
}

/// A timer fires, and a posted call arrives.
bool isServed()
{
    QEventLoop loop;
    bool posted = false;
    QMetaObject::invokeMethod(&loop, [&] { posted = true; }, Qt::QueuedConnection);
    QTimer::singleShot(2, &loop, [&] { loop.quit(); });
    loop.exec();
    return posted;
}

enum Installation { Installed, Present, Refused };

} // namespace

/// Each test makes its own applications; their order is that of a process which grows older.
class tst_Factory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aDispatcherCanBeMadeAndDeletedUnused();
    void aDispatcherMadeBeforeTheApplicationServesIt();
    void aDispatcherMadeInAnotherThreadServesTheApplication();
    void installRefusesToReplaceAnotherDispatcher();
    void anApplicationAfterAnInstalledOneHasOursAgain();
    void everyKindOfApplicationHasOurs();
    void theHostIsTheDispatcherOfTheThread();
    void aThreadCanInstallForItself();
    void afterTheStopThereIsNoSuccessor();
};

void tst_Factory::aDispatcherCanBeMadeAndDeletedUnused()
{
    const std::unique_ptr<QAbstractEventDispatcher> dispatcher(factory().createDispatcher());
    QVERIFY(isOurs(dispatcher.get()));
}

void tst_Factory::aDispatcherMadeBeforeTheApplicationServesIt()
{
    QAbstractEventDispatcher *dispatcher = factory().createDispatcher();
    QCoreApplication::setEventDispatcher(dispatcher);
    const Instance<QGuiApplication> app;
    QCOMPARE(QAbstractEventDispatcher::instance(), dispatcher);
    QVERIFY(isServed());
    QWindow window;
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
}

void tst_Factory::aDispatcherMadeInAnotherThreadServesTheApplication()
{
    QAbstractEventDispatcher *dispatcher = nullptr;
    QThread *mainThread = QThread::currentThread();
    std::thread maker([&] {
        dispatcher = factory().createDispatcher();
        dispatcher->moveToThread(mainThread);
    });
    maker.join();
    QCoreApplication::setEventDispatcher(dispatcher);
    const Instance<> app;
    QCOMPARE(QAbstractEventDispatcher::instance(), dispatcher);
    QVERIFY(isServed());
}

void tst_Factory::installRefusesToReplaceAnotherDispatcher()
{
    const Instance<> app;
    QVERIFY(!isOurs(QAbstractEventDispatcher::instance()));
    QCOMPARE(factory().install(), Refused);
    QVERIFY(!isOurs(QAbstractEventDispatcher::instance()));
    QVERIFY(isServed());
}

void tst_Factory::anApplicationAfterAnInstalledOneHasOursAgain()
{
    QCOMPARE(factory().install(), Installed);
    QCOMPARE(factory().install(), Present);
    for (int round = 0; round < 3; ++round) {
        const Instance<> app;
        QVERIFY(isOurs(QAbstractEventDispatcher::instance()));
        QVERIFY(isServed());
        QCOMPARE(factory().install(), Present);
    }
    QVERIFY(isOurs(QAbstractEventDispatcher::instance(QThread::currentThread())));
}

void tst_Factory::everyKindOfApplicationHasOurs()
{
    {
        const Instance<QGuiApplication> app;
        QVERIFY(isOurs(QAbstractEventDispatcher::instance()));
        QWindow window;
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
    }
    {
        const Instance<> app;
        QVERIFY(isOurs(QAbstractEventDispatcher::instance()));
        QVERIFY(isServed());
    }
    const Instance<QGuiApplication> app;
    QVERIFY(isOurs(QAbstractEventDispatcher::instance()));
    QVERIFY(isServed());
}

void tst_Factory::theHostIsTheDispatcherOfTheThread()
{
    const Instance<> app;
    LoopHost *host = currentLoopHost();
    QVERIFY(host);
    QCOMPARE(factory().host(), static_cast<void *>(host));
    void *elsewhere = host;
    std::thread other([&] { elsewhere = factory().host(); });
    other.join();
    QCOMPARE(elsewhere, nullptr);
}

void tst_Factory::aThreadCanInstallForItself()
{
    const Instance<> app;
    int installation = -1;
    bool served = false;
    std::thread other([&] {
        installation = factory().install();
        served = isOurs(QAbstractEventDispatcher::instance()) && isServed();
    });
    other.join();
    QCOMPARE(installation, int(Installed));
    QVERIFY(served);
}

void tst_Factory::afterTheStopThereIsNoSuccessor()
{
    {
        const Instance<> app;
        QVERIFY(isOurs(QAbstractEventDispatcher::instance()));
        factory().stopInstalling();
    }
    const Instance<> app;
    QVERIFY(!isOurs(QAbstractEventDispatcher::instance()));
    QVERIFY(isServed());
}

QTEST_APPLESS_MAIN(tst_Factory)
#include "tst_factory.moc"
