// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "poller.h"
#include "epoll.h"
#include "forkgeneration.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace QtAsyncio {

namespace {

constexpr std::size_t InitialBatch = 64;
constexpr std::size_t MaximumBatch = 4096;

/// One system call for each descriptor: too dear for every wait.
constexpr Duration SearchInterval = std::chrono::seconds(1);

} // namespace

Poller::Poller()
    : m_epoll(Epoll::open()),
      m_generation(forkGeneration()),
      m_buffer(InitialBatch)
{
}

Poller::~Poller()
{
    close();
}

void Poller::close() noexcept
{
    if (m_epoll >= 0)
        ::close(std::exchange(m_epoll, -1));
    m_entries.clear();
    m_changed.clear();
    m_alwaysReady.clear();
}

Interests Poller::interests(int descriptor) const noexcept
{
    const auto index = std::size_t(descriptor);
    return descriptor >= 0 && index < m_entries.size() ? m_entries[index].wanted
                                                       : Interests(NoInterest);
}

Poller::Entry &Poller::entry(int descriptor)
{
    const auto index = std::size_t(descriptor);
    if (index < m_entries.size())
        return m_entries[index];
    // The lists have room for every entry: to change one that exists cannot fail.
    const std::size_t size = std::max(index + 1, m_entries.size() * 2);
    m_changed.reserve(size);
    m_alwaysReady.reserve(size);
    m_entries.resize(size);
    return m_entries[index];
}

void Poller::watch(int descriptor, Interests interests)
{
    // The table does not grow up to a number that is no descriptor: it might be any.
    if (std::size_t(descriptor) >= m_entries.size() && ::fcntl(descriptor, F_GETFD) < 0) {
        if (interests != NoInterest)
            m_invalid.push_back(descriptor);
        return;
    }
    Entry &e = entry(descriptor);
    if (e.wanted == interests)
        return;
    e.wanted = interests;
    e.doubtful |= interests == NoInterest;
    if (!e.changed) {
        e.changed = true;
        m_changed.push_back(descriptor);
    }
}

int Poller::commit(int descriptor)
{
    if (m_generation != forkGeneration())
        separateFromParent();
    return apply(descriptor);
}

void Poller::flush()
{
    if (m_generation != forkGeneration())
        separateFromParent();
    for (const int descriptor : m_changed) {
        entry(descriptor).changed = false;
        if (apply(descriptor) == EBADF)
            m_invalid.push_back(descriptor);
    }
    m_changed.clear();
}

/// Brings the kernel's view of \a descriptor up to date.
int Poller::apply(int descriptor)
{
    if (std::size_t(descriptor) >= m_entries.size())
        return EBADF;
    Entry &e = entry(descriptor);
    if (e.wanted == NoInterest) {
        // A closed descriptor has left by itself: nothing to complain about.
        if (e.registered != NoInterest)
            ::epoll_ctl(m_epoll, EPOLL_CTL_DEL, descriptor, nullptr);
        setAlwaysReady(descriptor, e, false);
        e = Entry{ .serial = e.serial, .changed = e.changed };
        return 0;
    }
    if (e.wanted == e.registered && !e.doubtful)
        return 0;
    return insert(descriptor, e);
}

int Poller::insert(int descriptor, Entry &e)
{
    ++e.serial;
    // A doubtful number most likely means the same file as before: it was unwatched and watched
    // again before the kernel heard of it. If it does not, the kernel knows nothing of the file
    // there.
    const bool known = e.registered != NoInterest;
    int error = control(known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, e);
    if (error == ENOENT || error == EEXIST)
        error = control(error == ENOENT ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, e);
    setAlwaysReady(descriptor, e, error == EPERM && (e.wanted & (Read | Write)));
    e.doubtful = false;
    e.registered = error ? Interests(NoInterest) : e.wanted;
    return error;
}

int Poller::control(int operation, int descriptor, Entry &e)
{
    epoll_event event{ };
    event.events = Epoll::events(e.wanted);
    event.data.u64 = std::uint64_t(e.serial) << 32 | std::uint32_t(descriptor);
    return ::epoll_ctl(m_epoll, operation, descriptor, &event) ? errno : 0;
}

/// A regular file is always ready to be read and written, and has no exceptions.
void Poller::setAlwaysReady(int descriptor, Entry &e, bool alwaysReady)
{
    if (std::exchange(e.alwaysReady, alwaysReady) == alwaysReady)
        return;
    if (alwaysReady)
        m_alwaysReady.push_back(descriptor);
    else
        std::erase(m_alwaysReady, descriptor);
}

std::span<const ReadyDescriptor> Poller::wait(Duration timeout)
{
    flush();
    m_ready.clear();
    if (!m_alwaysReady.empty())
        timeout = Duration::zero();
    collect(waitOnce(timeout));
    collectAlwaysReady();
    return m_ready;
}

/// A wait that goes on, with the time that is left, after an interrupting signal.
int Poller::waitOnce(Duration timeout)
{
    const bool bounded = timeout != Duration::zero() && timeout != Forever;
    const TimePoint deadline = bounded
            ? Clock::now() + std::min(timeout, Duration(std::chrono::hours(24 * 365)))
            : Never;
    for (;;) {
        const int count = Epoll::wait(m_epoll, m_buffer.data(), int(m_buffer.size()), timeout);
        if (count >= 0 || errno != EINTR)
            return std::max(count, 0);
        if (bounded)
            timeout = timeUntil(deadline, Clock::now());
    }
}

void Poller::collect(int count)
{
    bool stale = false;
    for (int i = 0; i < count; ++i) {
        const epoll_event &event = m_buffer[std::size_t(i)];
        const int descriptor = int(event.data.u64 & 0xffffffff);
        const Entry &e = entry(descriptor);
        const auto met = Interests(Epoll::interests(event.events) & e.wanted);
        if (e.wanted == NoInterest || e.serial != event.data.u64 >> 32)
            stale = true; // closed, while a duplicate of its file lives on
        else if (met != NoInterest)
            m_ready.push_back({ descriptor, met });
    }
    if (stale) // if no descriptor is left, then with the next such report
        static_cast<void>(renew());
    if (std::size_t(count) == m_buffer.size() && m_buffer.size() < MaximumBatch)
        m_buffer.resize(m_buffer.size() * 2);
}

void Poller::collectAlwaysReady()
{
    for (const int descriptor : m_alwaysReady)
        m_ready.push_back({ descriptor, Interests(interests(descriptor) & (Read | Write)) });
}

/// Makes a new set, under the number of the old one; false if no descriptor is left for it.
bool Poller::renew()
{
    const int fresh = ::epoll_create1(EPOLL_CLOEXEC);
    if (fresh < 0)
        return false;
    ++m_openings;
    ::dup3(fresh, m_epoll, O_CLOEXEC);
    ::close(fresh);
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        Entry &e = m_entries[i];
        e.registered = NoInterest;
        if (e.wanted != NoInterest && !e.alwaysReady)
            apply(int(i));
    }
    return true;
}

bool Poller::findClosed(TimePoint now)
{
    if (now < m_nextSearch)
        return false;
    m_nextSearch = now + SearchInterval;
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        Entry &e = m_entries[i];
        const bool once = e.wanted & Edge; // asking would have it reported again
        if (e.wanted != NoInterest && !once && !e.changed && verify(int(i), e) == EBADF)
            m_invalid.push_back(int(i));
    }
    return !m_invalid.empty();
}

/// Asks for what the kernel should know already; it does not if the number has another file now.
int Poller::verify(int descriptor, Entry &e)
{
    const bool known = e.registered != NoInterest && control(EPOLL_CTL_MOD, descriptor, e) == 0;
    return known ? 0 : insert(descriptor, e);
}

std::vector<int> Poller::takeInvalid()
{
    return std::exchange(m_invalid, { });
}

void Poller::separateFromParent()
{
    m_generation = forkGeneration();
    if (!renew()) // the parent's set must not be touched
        throw std::system_error(errno, std::generic_category(),
                                "cannot create an epoll descriptor");
}

} // namespace QtAsyncio
