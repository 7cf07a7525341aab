// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "epoll.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <ctime>

#include <fcntl.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace QtAsyncio::Epoll {

namespace {

#ifdef SYS_epoll_pwait2
/// epoll_pwait2() as a cancellation point, which syscall() is not. Only glibc 2.35 and later have a
/// function for it. During the wait the thread may end at any instruction. So nothing here needs a
/// destructor, and this must not be inlined into a function where something does.
[[gnu::noinline]] int waitPrecisely(int epoll, epoll_event *events, int size, const timespec &spec)
{
    int former = PTHREAD_CANCEL_DEFERRED;
    ::pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &former);
    const long count = ::syscall(SYS_epoll_pwait2, epoll, events, size, &spec, nullptr, 0);
    const int error = errno;
    ::pthread_setcanceltype(former, nullptr);
    errno = error;
    return int(count);
}
#endif

} // namespace

int open() noexcept
{
    return ::epoll_create1(EPOLL_CLOEXEC);
}

bool isOpen(int descriptor) noexcept
{
    return ::fcntl(descriptor, F_GETFD) >= 0;
}

bool isSet(int descriptor, int other) noexcept
{
    return ::epoll_ctl(descriptor, EPOLL_CTL_DEL, other, nullptr) != 0 && errno == ENOENT;
}

std::uint32_t events(Interests interests) noexcept
{
    return ((interests & Read) ? std::uint32_t(EPOLLIN) : 0u)
            | ((interests & Write) ? std::uint32_t(EPOLLOUT) : 0u)
            | ((interests & Exception) ? std::uint32_t(EPOLLPRI) : 0u)
            | ((interests & Edge) ? std::uint32_t(EPOLLET) : 0u);
}

Interests interests(std::uint32_t events) noexcept
{
    if (events & (EPOLLHUP | EPOLLERR))
        return Read | Write | Exception;
    const Interests read = (events & EPOLLIN) ? Read : NoInterest;
    const Interests write = (events & EPOLLOUT) ? Write : NoInterest;
    const Interests exception = (events & EPOLLPRI) ? Interest::Exception : NoInterest;
    return Interests(read | write | exception);
}

int wait(int epoll, epoll_event *events, int size, Duration timeout)
{
    using namespace std::chrono;
    if (timeout == Duration::zero() || timeout == Forever)
        return ::epoll_wait(epoll, events, size, timeout == Forever ? -1 : 0);
#ifdef SYS_epoll_pwait2
    static std::atomic<bool> hasNanoseconds = true; // since Linux 5.11
    if (hasNanoseconds) {
        const timespec spec{ .tv_sec = time_t(timeout.count() / std::nano::den),
                             .tv_nsec = long(timeout.count() % std::nano::den) };
        const int count = waitPrecisely(epoll, events, size, spec);
        if (count >= 0 || (errno != ENOSYS && errno != EPERM))
            return count;
        hasNanoseconds = false;
    }
#endif
    // Rounded up.
    const auto ms = std::min<milliseconds>(ceil<milliseconds>(timeout), hours(24));
    return ::epoll_wait(epoll, events, size, int(ms.count()));
}

} // namespace QtAsyncio::Epoll
