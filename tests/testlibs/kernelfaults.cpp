// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "kernelfaults.h"

#include <QtCore/qglobal.h>

#include <cerrno>
#include <cstdarg>
#include <filesystem>
#include <string>

#include <dlfcn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>

namespace QtAsyncio {

thread_local Fault t_fault;

std::vector<int> descriptorsOf(std::string_view kind)
{
    std::vector<int> numbers;
    for (int number = 0; number < 1000; ++number) {
        std::error_code none;
        const std::string link = "/proc/self/fd/" + std::to_string(number);
        if (std::filesystem::read_symlink(link, none) == "anon_inode:[" + std::string(kind) + "]")
            numbers.push_back(number);
    }
    return numbers;
}

} // namespace QtAsyncio

namespace {

using QtAsyncio::t_fault;

bool fails(std::string_view function)
{
    if (t_fault.calls == 0 || function != t_fault.function)
        return false;
    --t_fault.calls;
    errno = t_fault.error;
    return true;
}

template <typename Function> Function *next(const char *name)
{
    return reinterpret_cast<Function *>(::dlsym(RTLD_NEXT, name));
}

} // namespace

// The libraries call these in place of the C library's.
extern "C" {

Q_DECL_EXPORT int epoll_create1(int flags) noexcept
{
    return fails("epoll_create1") ? -1 : next<int(int)>("epoll_create1")(flags);
}

Q_DECL_EXPORT int epoll_ctl(int set, int operation, int descriptor, epoll_event *event) noexcept
{
    using Function = int(int, int, int, epoll_event *);
    static Function *const control = next<Function>("epoll_ctl");
    const bool adds = operation == EPOLL_CTL_ADD;
    return adds && fails("epoll_ctl") ? -1 : control(set, operation, descriptor, event);
}

Q_DECL_EXPORT int epoll_wait(int set, epoll_event *events, int size, int timeout)
{
    using Function = int(int, epoll_event *, int, int);
    static Function *const wait = next<Function>("epoll_wait");
    return fails("epoll_wait") ? -1 : wait(set, events, size, timeout);
}

Q_DECL_EXPORT int eventfd(unsigned int value, int flags) noexcept
{
    return fails("eventfd") ? -1 : next<int(unsigned int, int)>("eventfd")(value, flags);
}

Q_DECL_EXPORT int eventfd_write(int descriptor, eventfd_t value)
{
    using Function = int(int, eventfd_t);
    static Function *const write = next<Function>("eventfd_write");
    return fails("eventfd_write") ? -1 : write(descriptor, value);
}

Q_DECL_EXPORT int timerfd_create(int clock, int flags) noexcept
{
    return fails("timerfd_create") ? -1 : next<int(int, int)>("timerfd_create")(clock, flags);
}

/// epoll_pwait2() is called through this.
Q_DECL_EXPORT long syscall(long number, ...) noexcept
{
    using Function = long(long, long, long, long, long, long, long);
    static Function *const call = next<Function>("syscall");
    if (number == SYS_epoll_pwait2 && fails("epoll_pwait2"))
        return -1;
    va_list list;
    va_start(list, number);
    long arguments[6];
    for (long &argument : arguments)
        argument = va_arg(list, long);
    va_end(list);
    return call(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
                arguments[5]);
}

} // extern "C"
