// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause
//
// The echo of tcp_proto_echo without Python and without a loop: ten connections, both ends of
// each in one thread, and the three system calls that it takes at least. What a loop needs more
// than this is its own.
//
// For each number of messages that it reads it prints the seconds and the processor time.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

constexpr int ConnectionCount = 10;
constexpr ssize_t MessageSize = 1024;

struct Socket
{
    int descriptor = -1;
    bool isClient = false;
    ssize_t received = 0;
    long left = 0;
};

int checked(int result, const char *what)
{
    if (result < 0) {
        std::perror(what);
        std::exit(1);
    }
    return result;
}

double seconds(clockid_t clock)
{
    timespec time;
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

class Echo
{
public:
    Echo()
    {
        sockaddr_in address{ };
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto *const generic = reinterpret_cast<sockaddr *>(&address);

        const int listener = checked(socket(AF_INET, SOCK_STREAM, 0), "socket");
        checked(bind(listener, generic, size), "bind");
        checked(listen(listener, ConnectionCount), "listen");
        checked(getsockname(listener, generic, &size), "getsockname");
        for (int i = 0; i < ConnectionCount; ++i) {
            const int client = checked(socket(AF_INET, SOCK_STREAM, 0), "socket");
            checked(connect(client, generic, size), "connect");
            add(m_sockets[2 * i], client, true);
            add(m_sockets[2 * i + 1], checked(accept(listener, nullptr, nullptr), "accept"), false);
        }
        close(listener);
    }

    void exchange(long count)
    {
        m_busy = ConnectionCount;
        for (Socket &socket : m_sockets) {
            if (socket.isClient) {
                socket.left = std::max(1L, count / ConnectionCount);
                write(socket, MessageSize);
            }
        }
        std::array<epoll_event, 2 * ConnectionCount> events;
        while (m_busy) {
            const int ready =
                    checked(epoll_wait(m_poller, events.data(), events.size(), -1), "epoll_wait");
            for (int i = 0; i < ready; ++i)
                read(*static_cast<Socket *>(events[i].data.ptr));
        }
    }

private:
    void add(Socket &socket, int descriptor, bool isClient)
    {
        socket = { descriptor, isClient };
        const int on = 1;
        checked(setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "setsockopt");
        epoll_event event{ };
        event.events = EPOLLIN;
        event.data.ptr = &socket;
        checked(epoll_ctl(m_poller, EPOLL_CTL_ADD, descriptor, &event), "epoll_ctl");
    }

    void read(Socket &socket)
    {
        const ssize_t size = recv(socket.descriptor, m_buffer.data(), m_buffer.size(), 0);
        checked(static_cast<int>(size), "recv");
        if (!socket.isClient) {
            write(socket, size);
            return;
        }
        socket.received += size;
        if (socket.received < MessageSize)
            return;
        socket.received -= MessageSize;
        if (--socket.left)
            write(socket, MessageSize);
        else
            --m_busy;
    }

    void write(const Socket &socket, ssize_t size)
    {
        if (send(socket.descriptor, m_buffer.data(), size, MSG_NOSIGNAL) != size)
            checked(-1, "send");
    }

    const int m_poller = checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
    std::array<Socket, 2 * ConnectionCount> m_sockets;
    std::array<char, 65536> m_buffer{ };
    int m_busy = 0;
};

} // namespace

int main()
{
    alarm(300);
    Echo echo;
    for (long count = 0; std::scanf("%ld", &count) == 1;) {
        const double begun = seconds(CLOCK_MONOTONIC);
        const double cost = seconds(CLOCK_PROCESS_CPUTIME_ID);
        echo.exchange(count);
        std::printf("@@%.6f %.6f\n", seconds(CLOCK_MONOTONIC) - begun,
                    seconds(CLOCK_PROCESS_CPUTIME_ID) - cost);
        std::fflush(stdout);
    }
}
