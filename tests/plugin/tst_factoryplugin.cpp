// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <createdispatcher.h>
#include <dispatcherfactory.h>
#include <loophostinterface.h>

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qpluginloader.h>
#include <QtCore/qtimer.h>
#include <QtTest/qtest.h>

#include <memory>

using namespace QtAsyncio;

/// The factory library as a plugin, before and after there is an application.
class tst_FactoryPlugin : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void theMetadataNameTheInterface();
    void itMakesDispatchers();
    void itInstallsOneForTheApplication();

private:
    QPluginLoader m_loader{ QStringLiteral(QTASYNCIO_FACTORY_FILE) };
    DispatcherFactory *m_factory = nullptr;
};

void tst_FactoryPlugin::initTestCase()
{
    m_factory = qobject_cast<DispatcherFactory *>(m_loader.instance());
    QVERIFY2(m_factory, qPrintable(m_loader.errorString()));
}

void tst_FactoryPlugin::theMetadataNameTheInterface()
{
    QCOMPARE(m_loader.metaData().value(QStringLiteral("IID")).toString(),
             QStringLiteral(QtAsyncioDispatcherFactory_iid));
}

void tst_FactoryPlugin::itMakesDispatchers()
{
    const std::unique_ptr<QAbstractEventDispatcher> dispatcher(m_factory->createDispatcher());
    QVERIFY(qobject_cast<LoopHost *>(dispatcher.get()));
}

void tst_FactoryPlugin::itInstallsOneForTheApplication()
{
    QCOMPARE(m_factory->install(), 0);
    char name[] = "tst_factoryplugin";
    char *arguments[] = { name, nullptr };
    int count = 1;
    QCoreApplication app(count, arguments);
    QVERIFY(currentLoopHost());
    QCOMPARE(m_factory->host(), currentLoopHost());
    QTimer::singleShot(0, &app, &QCoreApplication::quit);
    QCOMPARE(app.exec(), 0);
    m_factory->stopInstalling(); // no dispatcher is left behind for a next application
}

QTEST_APPLESS_MAIN(tst_FactoryPlugin)
#include "tst_factoryplugin.moc"
