// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "benchmarks.h"
#include "measuring.h"

#include <QtCore/qsocketnotifier.h>

#include <array>
#include <memory>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t MessageSize = 1024;
constexpr int Switches = 20000;

/// Two connected sockets, with a notifier for what there is to read from each.
class SocketPair
{
public:
    SocketPair()
    {
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, m_fds.data()) != 0)
            qFatal("socketpair: %s", strerror(errno));
        for (std::size_t i : { 0, 1 })
            m_notifiers[i] = std::make_unique<QSocketNotifier>(m_fds[i], QSocketNotifier::Read);
    }
    ~SocketPair()
    {
        m_notifiers = { };
        for (const int fd : m_fds)
            close(fd);
    }
    Q_DISABLE_COPY_MOVE(SocketPair)

    QSocketNotifier *notifier(std::size_t side) const { return m_notifiers[side].get(); }

    void write(std::size_t side) const
    {
        static constexpr std::array<char, MessageSize> message = { };
        [[maybe_unused]] const auto written = ::write(m_fds[side], message.data(), message.size());
    }

    [[nodiscard]] bool read(std::size_t side) const
    {
        std::array<char, 65536> buffer;
        return ::read(m_fds[side], buffer.data(), buffer.size()) > 0;
    }

private:
    std::array<int, 2> m_fds = { -1, -1 };
    std::array<std::unique_ptr<QSocketNotifier>, 2> m_notifiers;
};

void measurePingPong(const QString &name, std::size_t idle)
{
    const std::vector<SocketPair> others(idle / 2);
    const SocketPair sockets;
    int rounds = 0;
    const auto answer = [&](std::size_t side) {
        if (sockets.read(side)) {
            rounds += side == 0;
            sockets.write(side);
        }
    };
    QObject::connect(sockets.notifier(0), &QSocketNotifier::activated, [&] { answer(0); });
    QObject::connect(sockets.notifier(1), &QSocketNotifier::activated, [&] { answer(1); });

    sockets.write(0);
    const Stopwatch watch;
    runEventLoop(1s);
    printFigure(name, rounds / watch.seconds(), "round trips/s");
}

void measureSwitching()
{
    const SocketPair sockets;
    QSocketNotifier *notifier = sockets.notifier(0);
    const Stopwatch watch;
    for (int i = 0; i < Switches; ++i) {
        notifier->setEnabled(false);
        notifier->setEnabled(true);
    }
    printFigure(u"notifier.disable_enable"_s, watch.processorSeconds() / Switches * 1e6, "us");
}

void allowManyDescriptors()
{
    rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace

void measureNotifiers()
{
    allowManyDescriptors();
    measurePingPong(u"notifier_pingpong"_s, 0);
    measurePingPong(u"notifier_pingpong.1000_idle"_s, 1000);
    measureSwitching();
}
