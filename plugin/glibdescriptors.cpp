// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "glibdescriptors.h"

#include <cancellation.h>
#include <epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <sys/epoll.h>

// The bits of poll() and of epoll have the same values.
static_assert(POLLIN == EPOLLIN && POLLPRI == EPOLLPRI && POLLOUT == EPOLLOUT);

namespace QtAsyncio {

GlibDescriptors::GlibDescriptors()
    : m_epoll(&Epoll::open, "an epoll descriptor")
{
}

bool GlibDescriptors::arm(std::span<const pollfd> list)
{
    m_numbers.clear();
    m_numbers.reserve(list.size());
    for (const pollfd &wanted : list)
        m_numbers.push_back(wanted.fd);
    std::sort(m_numbers.begin(), m_numbers.end());
    removeOthers();
    // One that is refused is enough: there will be no wait.
    return std::all_of(list.begin(), list.end(),
                       [this](const auto &wanted) { return armOne(wanted); });
}

void GlibDescriptors::disarm() noexcept
{
    m_numbers.clear();
    removeOthers();
}

/// Removes what is not in m_numbers, which are the registered ones then.
void GlibDescriptors::removeOthers() noexcept
{
    for (const int descriptor : m_registered) {
        if (std::binary_search(m_numbers.begin(), m_numbers.end(), descriptor))
            continue;
        ::epoll_ctl(m_epoll.descriptor(), EPOLL_CTL_DEL, descriptor, nullptr); // or it is closed
        m_permanentArmed &= descriptor != m_permanent;
    }
    m_registered.swap(m_numbers);
}

bool GlibDescriptors::armOne(const pollfd &wanted) noexcept
{
    epoll_event event{ };
    event.events = std::uint16_t(wanted.events);
    if (wanted.fd != m_permanent)
        event.events |= EPOLLONESHOT;
    else if (std::exchange(m_permanentArmed, true))
        return true;
    if (::epoll_ctl(descriptor(), EPOLL_CTL_MOD, wanted.fd, &event) == 0)
        return true;
    return errno == ENOENT && ::epoll_ctl(descriptor(), EPOLL_CTL_ADD, wanted.fd, &event) == 0;
}

void GlibDescriptors::drain() noexcept
{
    const CancellationGuard guard;
    std::array<epoll_event, 64> reports;
    while (::epoll_wait(descriptor(), reports.data(), int(reports.size()), 0)
           == int(reports.size())) { }
}

int GlibDescriptors::reopen() noexcept
{
    m_registered.clear();
    m_permanentArmed = false;
    return m_epoll.reopenInChild();
}

} // namespace QtAsyncio
