// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "kernelobject.h"
#include "cancellation.h"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace QtAsyncio {

KernelObject::KernelObject(Open open, const char *name)
    : m_open(open),
      m_descriptor(open())
{
    if (descriptor() < 0)
        throw std::system_error(errno, std::generic_category(),
                                std::string("cannot create ") + name);
}

KernelObject::~KernelObject()
{
    close();
}

void KernelObject::close() noexcept
{
    const CancellationGuard guard;
    const int number = descriptor();
    forget();
    if (number >= 0)
        ::close(number);
}

int KernelObject::reopen() noexcept
{
    const int fresh = m_open();
    return fresh < 0 ? errno : take(fresh);
}

/// Moves a new object to our number.
int KernelObject::take(int fresh) noexcept
{
    const CancellationGuard guard;
    const int error = ::dup3(fresh, descriptor(), O_CLOEXEC) < 0 ? errno : 0;
    ::close(fresh);
    return error;
}

int KernelObject::reopenInChild() noexcept
{
    if (descriptor() < 0)
        return replace();
    const int error = reopen();
    if (!error)
        return 0;
    // The parent keeps its own descriptor, and the child has no other thread that could take the
    // number first.
    const int number = descriptor();
    close();
    const int fresh = m_open();
    if (fresh < 0)
        return errno;
    m_descriptor.store(number, std::memory_order_relaxed);
    if (fresh == number)
        return 0;
    return take(fresh);
}

int KernelObject::replace() noexcept
{
    const int fresh = m_open();
    const int error = fresh < 0 ? errno : 0;
    m_descriptor.store(fresh, std::memory_order_relaxed);
    return error;
}

} // namespace QtAsyncio
