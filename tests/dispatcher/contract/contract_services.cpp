// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"

#include <QtCore/qprocess.h>
#include <QtCore/qstandardpaths.h>
#include <QtDBus/qdbusconnection.h>
#include <QtDBus/qdbusmessage.h>
#include <QtDBus/qdbuspendingcall.h>
#include <QtDBus/qdbuspendingreply.h>
#include <QtNetwork/qnetworkaccessmanager.h>
#include <QtNetwork/qnetworkproxy.h>
#include <QtNetwork/qnetworkreply.h>
#include <QtNetwork/qtcpserver.h>
#include <QtNetwork/qtcpsocket.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <csignal>

#include <sys/prctl.h>

using namespace Contract;
using namespace QtAsyncio;

namespace {

/// Answers every request with its own path.
class WebServer final : public QTcpServer
{
public:
    WebServer()
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket *socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket] { answer(*socket); });
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        });
    }
    QUrl url(const QString &path) const
    {
        return QUrl(QStringLiteral("http://127.0.0.1:%1/%2").arg(serverPort()).arg(path));
    }

private:
    static void answer(QTcpSocket &socket)
    {
        const QByteArray path = socket.readAll().split(' ').value(1);
        socket.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
                     + QByteArray::number(path.size()) + "\r\n\r\n" + path);
        socket.disconnectFromHost();
    }
};

/// A message bus of our own, which ends with this object or this process.
class Bus final
{
public:
    /// Empty if there is no such program.
    static QString program()
    {
        return QStandardPaths::findExecutable(QStringLiteral("dbus-daemon"));
    }

    Bus()
    {
        QObject::connect(&m_process, &QProcess::readyReadStandardOutput, &m_process,
                         [this] { m_address += m_process.readAllStandardOutput(); });
        m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGTERM); });
        m_process.start(program(),
                        { QStringLiteral("--session"), QStringLiteral("--nofork"),
                          QStringLiteral("--nopidfile"), QStringLiteral("--print-address") });
    }
    ~Bus()
    {
        m_process.terminate();
        if (!m_process.waitForFinished(5000)) {
            m_process.kill();
            m_process.waitForFinished(5000);
        }
    }
    Q_DISABLE_COPY_MOVE(Bus)

    /// Null until it has one.
    QString address() const
    {
        return m_address.endsWith('\n') ? QString::fromLatin1(m_address.trimmed()) : QString();
    }

private:
    QProcess m_process;
    QByteArray m_address;
};

/// A connection to a bus under a name, while it lives.
class BusConnection final
{
public:
    BusConnection(const Bus &bus, const char *name)
        : m_name(QLatin1String(name)),
          m_connection(QDBusConnection::connectToBus(bus.address(), m_name))
    {
    }
    ~BusConnection() { QDBusConnection::disconnectFromBus(m_name); }
    Q_DISABLE_COPY_MOVE(BusConnection)

    QDBusConnection *operator->() noexcept { return &m_connection; }

private:
    QString m_name;
    QDBusConnection m_connection;
};

} // namespace

/// What Qt asks of other programs: a web server, a message bus.
class tst_ContractServices : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.example.Contract")

public Q_SLOTS:
    Q_SCRIPTABLE int twice(int number) { return 2 * number; }
    void hear(int times) { m_heard = times; }

Q_SIGNALS:
    Q_SCRIPTABLE void rang(int times);

private Q_SLOTS:
    void init() { settle(); }
    void aPageIsDownloaded();
    void manyPagesAreDownloadedAtOnce();
    void aBusCarriesCallsAndSignals();

private:
    int m_heard = 0;
};

void tst_ContractServices::aPageIsDownloaded()
{
    const WebServer server;
    QNetworkAccessManager manager;
    manager.setProxy(QNetworkProxy::NoProxy);
    const std::unique_ptr<QNetworkReply> reply(
            manager.get(QNetworkRequest(server.url(QStringLiteral("page")))));
    QVERIFY(waitUntil([&] { return reply->isFinished(); }));
    QCOMPARE(reply->error(), QNetworkReply::NoError);
    QCOMPARE(reply->readAll(), QByteArray("/page"));
}

void tst_ContractServices::manyPagesAreDownloadedAtOnce()
{
    constexpr int Pages = 20;
    const WebServer server;
    QNetworkAccessManager manager;
    manager.setProxy(QNetworkProxy::NoProxy);
    QSet<QByteArray> pages;
    connect(&manager, &QNetworkAccessManager::finished, this, [&](QNetworkReply *reply) {
        pages.insert(reply->readAll());
        reply->deleteLater();
    });
    for (int page = 0; page < Pages; ++page)
        manager.get(QNetworkRequest(server.url(QString::number(page))));
    QVERIFY(waitUntil([&] { return pages.size() == Pages; }));
}

void tst_ContractServices::aBusCarriesCallsAndSignals()
{
    if (Bus::program().isEmpty())
        QSKIP("dbus-daemon is not installed.");
    const Bus bus;
    QVERIFY(waitUntil([&] { return !bus.address().isEmpty(); }));
    BusConnection server(bus, "server");
    BusConnection client(bus, "client");
    QVERIFY(server->isConnected());
    const QString path = QStringLiteral("/contract");
    QVERIFY(server->registerObject(path, this, QDBusConnection::ExportScriptableContents));

    const QString service = server->baseService();
    const QString interface = QStringLiteral("org.example.Contract");
    QDBusMessage call =
            QDBusMessage::createMethodCall(service, path, interface, QStringLiteral("twice"));
    call.setArguments({ 21 });
    const QDBusPendingCallWatcher reply(client->asyncCall(call));
    QVERIFY(waitUntil([&] { return reply.isFinished(); }));
    QCOMPARE(QDBusPendingReply<int>(reply).value(), 42);

    QVERIFY(client->connect(service, path, interface, QStringLiteral("rang"), this,
                            SLOT(hear(int))));
    // The bus knows of that before it answers this one.
    const QDBusPendingCallWatcher again(client->asyncCall(call));
    QVERIFY(waitUntil([&] { return again.isFinished(); }));
    Q_EMIT rang(3);
    QVERIFY(waitUntil([&] { return m_heard == 3; }));
    server->unregisterObject(path);
}

std::unique_ptr<QObject> Contract::createServices()
{
    return std::make_unique<tst_ContractServices>();
}

#include "contract_services.moc"
