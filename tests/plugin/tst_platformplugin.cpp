// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <attached.h>
#include <factorylibrary.h>
#include <ticker.h>

#include <QtGui/qclipboard.h>
#include <QtGui/qguiapplication.h>
#include <QtGui/qscreen.h>
#include <QtGui/qwindow.h>
#include <QtTest/qtest.h>
#include <qpa/qplatformnativeinterface.h>

#include <optional>

using namespace QtAsyncio;

namespace {

/// A QGuiApplication of a platform, as QT_QPA_PLATFORM names it.
class Instance final
{
public:
    explicit Instance(const char *platform)
    {
        qputenv("QT_QPA_PLATFORM", platform);
        m_application.emplace(m_count, m_arguments);
    }

private:
    char m_name[20] = "tst_platformplugin";
    char *m_arguments[2] = { m_name, nullptr };
    int m_count = 1;
    std::optional<QGuiApplication> m_application;
};

QString dispatcherClass()
{
    return QLatin1String(QAbstractEventDispatcher::instance()->metaObject()->className());
}

QString activation()
{
    return QAbstractEventDispatcher::instance()->property("qtasyncio_activation").toString();
}

/// In which iteration a handle runs that a timer's slot has scheduled, counted from that slot.
int iterationsFromTimerToHandle()
{
    FakeReadyQueue queue;
    const Attached attached(queue);
    IterationCounter counter;
    QEventLoop loop;
    int atTimer = -1;
    int atHandle = -1;
    QTimer::singleShot(1, &loop, [&] {
        atTimer = counter.iterations();
        queue.callSoon([&] {
            atHandle = counter.iterations();
            loop.quit();
        });
    });
    loop.exec();
    return atTimer > 0 ? atHandle - atTimer : -1;
}

/// What a program can see of its platform.
QStringList look()
{
    QWindow window;
    window.resize(64, 48);
    window.show();
    QStringList seen{ QGuiApplication::platformName(),
                      QTest::qWaitForWindowExposed(&window) ? QStringLiteral("exposed")
                                                            : QString() };
    for (const QScreen *screen : QGuiApplication::screens())
        seen << screen->name() << QString::number(screen->geometry().width());
    QGuiApplication::clipboard()->setText(QStringLiteral("text"));
    seen << QGuiApplication::clipboard()->text();
    const QObject *native = QGuiApplication::platformNativeInterface();
    seen << QLatin1String(native ? native->metaObject()->className() : "none");
    if (native) {
        for (const QByteArray &name : native->dynamicPropertyNames())
            seen << QString::fromUtf8(name);
    }
    return seen;
}

} // namespace

class tst_PlatformPlugin : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theApplicationHasOurDispatcher();
    void everyApplicationOfTheProcessHasOne();
    void theProgramSeesTheRealPlatform_data();
    void theProgramSeesTheRealPlatform();
    void aDispatcherThatIsThereAlreadyStays();
    void ofSeveralPlatformsTheFirstThatWorksIsTaken();
};

void tst_PlatformPlugin::theApplicationHasOurDispatcher()
{
    const Instance app("qtasyncio:offscreen");
    QVERIFY(dispatcherClass().startsWith(QStringLiteral("QtAsyncio::EventDispatcher")));
    QCOMPARE(activation(), QStringLiteral("platform plugin"));
    QCOMPARE(iterationsFromTimerToHandle(), 0);
}

void tst_PlatformPlugin::everyApplicationOfTheProcessHasOne()
{
    for (int round = 0; round < 3; ++round) {
        const Instance app("qtasyncio:offscreen");
        QCOMPARE(QGuiApplication::platformName(), QStringLiteral("offscreen"));
        QCOMPARE(activation(), QStringLiteral("platform plugin"));
        QCOMPARE(iterationsFromTimerToHandle(), 0);
    }
}

void tst_PlatformPlugin::theProgramSeesTheRealPlatform_data()
{
    QTest::addColumn<QByteArray>("platform");
    QTest::newRow("offscreen") << QByteArray("offscreen");
    QTest::newRow("minimal") << QByteArray("minimal");
    QTest::newRow("an argument") << QByteArray("minimal:enable_fonts");
    QTest::newRow("capital letters") << QByteArray("Offscreen");
}

void tst_PlatformPlugin::theProgramSeesTheRealPlatform()
{
    QFETCH(QByteArray, platform);
    QStringList real;
    {
        const Instance app(platform.constData());
        QVERIFY(!currentLoopHost());
        real = look();
    }
    const Instance app(("qtasyncio:" + platform).constData());
    QVERIFY(currentLoopHost());
    QCOMPARE(look(), real);
}

void tst_PlatformPlugin::aDispatcherThatIsThereAlreadyStays()
{
    QAbstractEventDispatcher *dispatcher = FactoryLibrary::instance().createDispatcher();
    QCoreApplication::setEventDispatcher(dispatcher);
    const Instance app("qtasyncio:offscreen");
    QCOMPARE(QAbstractEventDispatcher::instance(), dispatcher);
    QCOMPARE(activation(), QString());
    QCOMPARE(look().first(), QStringLiteral("offscreen"));
}

void tst_PlatformPlugin::ofSeveralPlatformsTheFirstThatWorksIsTaken()
{
    QTest::ignoreMessage(QtWarningMsg,
                         "Could not find the Qt platform plugin \"nonsense\" in \"\"");
    QTest::ignoreMessage(QtInfoMsg,
                         "Could not load the Qt platform plugin \"qtasyncio\" in \"\" even though "
                         "it was found.");
    const Instance app("qtasyncio:nonsense;qtasyncio:offscreen");
    QCOMPARE(QGuiApplication::platformName(), QStringLiteral("offscreen"));
    QCOMPARE(iterationsFromTimerToHandle(), 0);
}

QTEST_APPLESS_MAIN(tst_PlatformPlugin)
#include "tst_platformplugin.moc"
