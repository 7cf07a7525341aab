// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "kernelfeatures.h"

#include <cerrno>
#include <ctime>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace QtAsyncio {

namespace {

/// The errno of a call that has opened \a descriptor, which is closed again.
int opened(long descriptor)
{
    if (descriptor < 0)
        return errno;
    ::close(int(descriptor));
    return 0;
}

int epollPwait2()
{
#ifdef SYS_epoll_pwait2
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0)
        return errno;
    epoll_event event{ };
    const timespec atOnce{ };
    const long count = ::syscall(SYS_epoll_pwait2, epoll, &event, 1, &atOnce, nullptr, 0);
    const int error = count < 0 ? errno : 0;
    ::close(epoll);
    return error;
#else
    return ENOSYS; // as the poller, which was built with the same headers
#endif
}

int pidfdOpen()
{
#ifdef SYS_pidfd_open
    return opened(::syscall(SYS_pidfd_open, ::getpid(), 0));
#else
    return ENOSYS;
#endif
}

} // namespace

std::map<std::string, int> kernelFeatures()
{
    return {
        { "epoll_pwait2", epollPwait2() },
        { "eventfd", opened(::eventfd(0, EFD_CLOEXEC)) },
        { "pidfd_open", pidfdOpen() },
        { "timerfd", opened(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)) },
    };
}

} // namespace QtAsyncio
