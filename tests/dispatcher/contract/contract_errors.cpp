// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "contract.h"
#include "watchedpipe.h"

#include <ticker.h>

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <cstdlib>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Contract;
using namespace QtAsyncio;
using namespace std::chrono_literals;

namespace {

using Notifier = QSocketNotifier;

/// A terminal and the one who sits in front of it.
struct Terminal
{
    Terminal()
        : master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK))
    {
        char name[64] = { };
        if (::grantpt(master.get()) || ::unlockpt(master.get())
            || ::ptsname_r(master.get(), name, sizeof name))
            qFatal("Terminal: cannot open one");
        slave = Descriptor(::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
    }

    Descriptor master;
    Descriptor slave;
};

/// Two connected TCP sockets on the loopback interface.
struct Connection
{
    Connection()
    {
        const Descriptor server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address = { };
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto *generic = reinterpret_cast<sockaddr *>(&address);
        local = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (::bind(server.get(), generic, size) || ::listen(server.get(), 1)
            || ::getsockname(server.get(), generic, &size) || ::connect(local.get(), generic, size))
            qFatal("Connection: cannot connect");
        remote = Descriptor(::accept4(server.get(), nullptr, nullptr, SOCK_CLOEXEC));
    }
    /// Closes the remote end with a RST instead of a FIN.
    void reset()
    {
        const linger now = { 1, 0 };
        ::setsockopt(remote.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
        remote.close();
    }

    Descriptor local;
    Descriptor remote;
};

} // namespace

/// Terminals, and descriptors that have bad news.
class tst_ContractErrors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { settle(); }
    void aTerminalTellsWhatIsTyped();
    void aTerminalThatHangsUpIsReadable();
    void aResetReachesEveryNotifier();
    void aPipeWithoutAReaderIsWritable();
    void halfOfAConnectionMayEnd();
    void urgentDataIsAnException();
    void aHangUpMayBeIgnored_data();
    void aHangUpMayBeIgnored();
};

void tst_ContractErrors::aTerminalTellsWhatIsTyped()
{
    const Terminal terminal;
    Notifier slave(terminal.slave.get(), Notifier::Read);
    Notifier master(terminal.master.get(), Notifier::Read);
    const QSignalSpy typed(&slave, &Notifier::activated);
    const QSignalSpy shown(&master, &Notifier::activated);
    settle();
    QCOMPARE(typed.size() + shown.size(), 0);
    QCOMPARE(::write(terminal.master.get(), "x", 1), 1);
    QVERIFY(waitUntil([&] { return shown.size() > 0; })); // the echo
    QCOMPARE(typed.size(), 0); // the line is not complete
    QCOMPARE(::write(terminal.master.get(), "\n", 1), 1);
    QVERIFY(waitUntil([&] { return typed.size() > 0; }));
}

void tst_ContractErrors::aTerminalThatHangsUpIsReadable()
{
    Terminal terminal;
    Notifier master(terminal.master.get(), Notifier::Read);
    const QSignalSpy activated(&master, &Notifier::activated);
    settle();
    QCOMPARE(activated.size(), 0);
    terminal.slave.close();
    QVERIFY(waitUntil([&] { return activated.size() > 0; }));
    char byte = 0;
    QCOMPARE(::read(terminal.master.get(), &byte, 1), -1);
    QCOMPARE(errno, EIO);
}

void tst_ContractErrors::aResetReachesEveryNotifier()
{
    Connection connection;
    Notifier read(connection.local.get(), Notifier::Read);
    Notifier write(connection.local.get(), Notifier::Write);
    Notifier exception(connection.local.get(), Notifier::Exception);
    const QSignalSpy readable(&read, &Notifier::activated);
    const QSignalSpy writable(&write, &Notifier::activated);
    const QSignalSpy exceptional(&exception, &Notifier::activated);
    settle();
    QCOMPARE(readable.size() + exceptional.size(), 0);
    QVERIFY(writable.size() > 0);
    connection.reset();
    QVERIFY(waitUntil([&] { return readable.size() > 0; }));
    QVERIFY(exceptional.size() > 0);
    const auto before = writable.size();
    processEvents();
    QCOMPARE(writable.size(), before + 1);
    char byte = 0;
    QCOMPARE(::read(connection.local.get(), &byte, 1), -1);
    QCOMPARE(errno, ECONNRESET);
}

void tst_ContractErrors::aPipeWithoutAReaderIsWritable()
{
    Pipe pipe;
    while (::write(pipe.writeEnd(), "x", 1) == 1) { } // until it is full
    Notifier notifier(pipe.writeEnd(), Notifier::Write);
    const QSignalSpy activated(&notifier, &Notifier::activated);
    settle();
    QCOMPARE(activated.size(), 0);
    pipe.closeReadEnd();
    QVERIFY(waitUntil([&] { return activated.size() > 0; }));
}

void tst_ContractErrors::halfOfAConnectionMayEnd()
{
    const Connection connection;
    Notifier read(connection.local.get(), Notifier::Read);
    Notifier peer(connection.remote.get(), Notifier::Read);
    const QSignalSpy ended(&read, &Notifier::activated);
    const QSignalSpy received(&peer, &Notifier::activated);
    settle();
    ::shutdown(connection.remote.get(), SHUT_WR);
    QVERIFY(waitUntil([&] { return ended.size() > 0; }));
    QCOMPARE(received.size(), 0);
    read.setEnabled(false);
    QCOMPARE(::write(connection.local.get(), "x", 1), 1);
    QVERIFY(waitUntil([&] { return received.size() > 0; }));
}

void tst_ContractErrors::urgentDataIsAnException()
{
    const Connection connection;
    Notifier notifier(connection.local.get(), Notifier::Exception);
    const QSignalSpy activated(&notifier, &Notifier::activated);
    QCOMPARE(::send(connection.remote.get(), "x", 1, 0), 1);
    settle();
    QCOMPARE(activated.size(), 0);
    QCOMPARE(::send(connection.remote.get(), "!", 1, MSG_OOB), 1);
    QVERIFY(waitUntil([&] { return activated.size() > 0; }));
}

void tst_ContractErrors::aHangUpMayBeIgnored_data()
{
    QTest::addColumn<bool>("deleted");
    QTest::newRow("by a disabled notifier") << false;
    QTest::newRow("by nobody") << true;
}

void tst_ContractErrors::aHangUpMayBeIgnored()
{
    // The kernel goes on reporting it for as long as anything of the descriptor is watched.
    QFETCH(const bool, deleted);
    WatchedPipe watched;
    processEvents();
    watched.pipe.closeWriteEnd();
    processEvents();
    QCOMPARE(watched.activations, 1);
    deleted ? watched.notifier.reset() : watched.notifier->setEnabled(false);
    IterationCounter counter;
    QEventLoop loop;
    QTimer::singleShot(15ms, Qt::PreciseTimer, &loop, [&] { loop.quit(); });
    loop.exec();
    QVERIFY(counter.iterations() < 10);
    QCOMPARE(watched.activations, 1);
}

std::unique_ptr<QObject> Contract::createErrors()
{
    return std::make_unique<tst_ContractErrors>();
}

#include "contract_errors.moc"
