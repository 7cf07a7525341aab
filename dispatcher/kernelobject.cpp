// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "kernelobject.h"
#include "cancellation.h"
#include "forkgeneration.h"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace QtAsyncio {

namespace {

/// Identifies the files that this process opens, and not those it has inherited by a fork.
int currentMark() noexcept
{
    return int(1 + forkGeneration() % 31);
}

/// The mark is the signal to send for SIGIO, which these kinds of files never do. It belongs to the
/// open file, under any number, and is 0 if nothing has set it.
int openMarked(KernelObject::Open open) noexcept
{
    const int fresh = open();
    if (fresh >= 0)
        ::fcntl(fresh, F_SETSIG, currentMark());
    return fresh;
}

} // namespace

KernelObject::KernelObject(Open open, const char *name)
    : m_open(open),
      m_descriptor(-1)
{
    if (const int error = replace())
        throw std::system_error(error, std::generic_category(),
                                std::string("cannot create ") + name);
}

KernelObject::~KernelObject()
{
    close();
}

void KernelObject::close() noexcept
{
    const CancellationGuard guard;
    const int number = isOurs() ? descriptor() : -1;
    forget();
    if (number >= 0)
        ::close(number);
}

bool KernelObject::isOurs() const noexcept
{
    return descriptor() >= 0 && ::fcntl(descriptor(), F_GETSIG) == m_mark;
}

int KernelObject::reopen() noexcept
{
    if (!isOurs())
        return EBADF;
    const int fresh = openMarked(m_open);
    if (fresh < 0)
        return errno;
    const CancellationGuard guard;
    const int error = ::dup3(fresh, descriptor(), O_CLOEXEC) < 0 ? errno : 0;
    ::close(fresh);
    m_mark = error ? m_mark : currentMark();
    return error;
}

int KernelObject::reopenInChild() noexcept
{
    const int number = descriptor();
    if (reopen() == 0)
        return 0;
    close(); // the parent keeps its own, and there is a descriptor free then
    const int error = replace();
    if (!error && number >= 0)
        moveTo(number);
    return error;
}

/// Moves the object to a number, unless a file has that.
void KernelObject::moveTo(int number) noexcept
{
    if (number == descriptor())
        return;
    const CancellationGuard guard;
    const int moved = ::fcntl(descriptor(), F_DUPFD_CLOEXEC, number); // or the next one
    if (moved < 0)
        return;
    ::close(moved == number ? m_descriptor.exchange(number, std::memory_order_relaxed) : moved);
}

int KernelObject::replace() noexcept
{
    const int fresh = openMarked(m_open);
    const int error = fresh < 0 ? errno : 0;
    m_descriptor.store(fresh, std::memory_order_relaxed);
    m_mark = currentMark();
    return error;
}

} // namespace QtAsyncio
