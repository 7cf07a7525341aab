// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// What a poller watches, compared with the files that the numbers mean now.

#include "epoll.h"
#include "poller.h"

#include <algorithm>
#include <cerrno>

#include <sys/epoll.h>

namespace QtAsyncio {

namespace {

/// Whether a regular file, or a number that was found closed, still is what it was.
bool isRefusal(int error, bool isRegularFile) noexcept
{
    return error == EPERM || (error == EBADF && !isRegularFile);
}

bool meansAnotherFile(int error) noexcept
{
    return error == 0 || error == ENOENT; // it was added, or cannot be changed
}

} // namespace

void Poller::check(std::size_t count)
{
    for (count = std::min(count, m_watched.size()); count > 0 && !m_error; --count) {
        m_turn = m_turn + 1 < m_watched.size() ? m_turn + 1 : 0;
        const int descriptor = m_watched[m_turn];
        if (Entry &e = entry(descriptor); !e.changed)
            checkOne(descriptor, e);
    }
}

/// Adds what the kernel should know already. If the number still means its file, the kernel refuses
/// that with EEXIST, and nothing changes.
///
/// To add an epoll set, the kernel takes a lock of the whole machine and looks at each descriptor in
/// the set: 70 us for 1,000 of them. So a set is changed into what it is, which takes 0.5 us. Other
/// files are not, because that calls their drivers.
int Poller::compare(int descriptor, Entry &e)
{
    if (e.kind == Kind::Set && !(e.wanted & Edge)) {
        const int change = control(EPOLL_CTL_MOD, descriptor, e);
        return change ? change : EEXIST;
    }
    const int error = control(EPOLL_CTL_ADD, descriptor, e);
    if (error == EEXIST && e.kind == Kind::Unknown)
        e.kind = Epoll::isSet(descriptor, this->descriptor()) ? Kind::Set : Kind::Other;
    return error;
}

void Poller::checkOne(int descriptor, Entry &e)
{
    const int error = compare(descriptor, e);
    if (error == EEXIST)
        return;
    const bool refused = e.registered == NoInterest;
    if (refused && isRefusal(error, e.alwaysReady))
        return;
    if (meansAnotherFile(error) && (e.own || (e.wanted & Edge))) {
        if (!error)
            ::epoll_ctl(this->descriptor(), EPOLL_CTL_DEL, descriptor, nullptr);
        noteInvalid(descriptor, e);
        checkSet(); // this may be another one
        return;
    }
    e.kind = Kind::Unknown;
    if (!settle(descriptor, insert(descriptor, e)))
        retry(descriptor);
}

void Poller::checkSet() noexcept
{
    if (!m_error && !m_epoll.isOurs())
        m_error = EBADF;
}

void Poller::checkNumbers()
{
    for (const int descriptor : m_watched) {
        if (!Epoll::isOpen(descriptor))
            noteInvalid(descriptor, entry(descriptor));
    }
}

} // namespace QtAsyncio
