// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"

#include <ticker.h>

#include <QtCore/qprocess.h>
#include <QtCore/quuid.h>
#include <QtNetwork/qlocalserver.h>
#include <QtNetwork/qlocalsocket.h>
#include <QtNetwork/qtcpserver.h>
#include <QtNetwork/qtcpsocket.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace Contract;
using namespace QtAsyncio;

namespace {

/// Sends \a data through \a client to \a server, which echoes it, until all of it is back.
template <typename Socket> QByteArray echoed(Socket &client, Socket &server, const QByteArray &data)
{
    QByteArray received;
    QObject::connect(&server, &QIODevice::readyRead, &server,
                     [&] { server.write(server.readAll()); });
    QObject::connect(&client, &QIODevice::readyRead, &client,
                     [&] { received += client.readAll(); });
    client.write(data);
    [&] { QTRY_COMPARE_WITH_TIMEOUT(received.size(), data.size(), 20'000); }();
    return received;
}

} // namespace

/// What Qt itself builds on notifiers.
class tst_ContractDevices : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void aProcessRunsAndEnds();
    void aProcessIsReadAndWritten();
    void tcpSocketsTalk();
    void localSocketsTalk();
    void aDisconnectionIsNoticed();
};

void tst_ContractDevices::aProcessRunsAndEnds()
{
    QProcess process;
    const QSignalSpy finished(&process, &QProcess::finished);
    process.start(QStringLiteral("/bin/sh"), { QStringLiteral("-c"), QStringLiteral("exit 5") });
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 20'000);
    QCOMPARE(process.exitCode(), 5);
}

void tst_ContractDevices::aProcessIsReadAndWritten()
{
    QProcess process;
    QByteArray output;
    connect(&process, &QProcess::readyRead, this, [&] { output += process.readAll(); });
    const QSignalSpy finished(&process, &QProcess::finished);
    process.start(QStringLiteral("/bin/cat"), QStringList());
    const QByteArray input(100'000, 'x');
    process.write(input);
    process.closeWriteChannel();
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 20'000);
    QCOMPARE(output, input);
}

void tst_ContractDevices::tcpSocketsTalk()
{
    const Ticker ticker;
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    QTcpSocket client;
    client.connectToHost(server.serverAddress(), server.serverPort());
    QTRY_VERIFY(server.hasPendingConnections());
    const std::unique_ptr<QTcpSocket> peer(server.nextPendingConnection());
    QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
    const QByteArray data(1'000'000, 'x');
    QCOMPARE(echoed(client, *peer, data), data);
}

void tst_ContractDevices::localSocketsTalk()
{
    QLocalServer server;
    QVERIFY(server.listen(QUuid::createUuid().toString(QUuid::WithoutBraces)));
    QLocalSocket client;
    client.connectToServer(server.fullServerName());
    QTRY_VERIFY(server.hasPendingConnections());
    const std::unique_ptr<QLocalSocket> peer(server.nextPendingConnection());
    QTRY_COMPARE(client.state(), QLocalSocket::ConnectedState);
    const QByteArray data(100'000, 'x');
    QCOMPARE(echoed(client, *peer, data), data);
}

void tst_ContractDevices::aDisconnectionIsNoticed()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    QTcpSocket client;
    const QSignalSpy disconnected(&client, &QTcpSocket::disconnected);
    client.connectToHost(server.serverAddress(), server.serverPort());
    QTRY_VERIFY(server.hasPendingConnections());
    std::unique_ptr<QTcpSocket> peer(server.nextPendingConnection());
    QTRY_COMPARE(client.state(), QAbstractSocket::ConnectedState);
    peer.reset();
    QTRY_COMPARE(disconnected.size(), 1);
}

std::unique_ptr<QObject> Contract::createDevices()
{
    return std::make_unique<tst_ContractDevices>();
}

#include "contract_devices.moc"
