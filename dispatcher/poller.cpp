// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "poller.h"
#include "epoll.h"
#include "forkgeneration.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <sys/epoll.h>

namespace QtAsyncio {

namespace {

constexpr std::size_t InitialBatch = 64;
constexpr std::size_t MaximumBatch = 4096;

} // namespace

Poller::Poller()
    : m_epoll(&Epoll::open, "an epoll descriptor"),
      m_generation(forkGeneration()),
      m_buffer(InitialBatch)
{
}

Poller::~Poller() = default;

void Poller::close() noexcept
{
    m_epoll.close();
    m_entries.clear();
    m_changed.clear();
    m_watched.clear();
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
    // The lists have room for every entry, so changing an existing one cannot fail.
    const std::size_t size = std::max(index + 1, m_entries.size() * 2);
    m_changed.reserve(size);
    m_alwaysReady.reserve(size);
    m_invalid.reserve(m_invalid.size() + size);
    m_entries.resize(size);
    return m_entries[index];
}

void Poller::watch(int descriptor, Interests interests)
{
    // The table does not grow up to a number that is no descriptor: it might be any.
    if (std::size_t(descriptor) >= m_entries.size() && !Epoll::isOpen(descriptor)) {
        if (interests != NoInterest) {
            m_invalid.reserve(m_invalid.size() + 1 + m_entries.size());
            m_invalid.push_back(descriptor);
        }
        return;
    }
    Entry &e = entry(descriptor);
    if (e.wanted == interests)
        return;
    if ((e.wanted == NoInterest) != (interests == NoInterest))
        note(descriptor, e, interests != NoInterest);
    e.wanted = interests;
    e.doubtful |= interests == NoInterest;
    if (!e.changed) {
        e.changed = true;
        m_changed.push_back(descriptor);
    }
}

void Poller::setOwn(int descriptor, bool own) noexcept
{
    if (std::size_t(descriptor) < m_entries.size())
        m_entries[std::size_t(descriptor)].own = own;
}

/// Keeps the list of what is watched, in any order.
void Poller::note(int descriptor, Entry &e, bool watched)
{
    if (watched) {
        e.place = std::uint32_t(m_watched.size());
        m_watched.push_back(descriptor);
        return;
    }
    const int last = m_watched.back();
    m_watched[e.place] = last;
    m_entries[std::size_t(last)].place = e.place;
    m_watched.pop_back();
}

int Poller::commit(int descriptor)
{
    if (m_generation != forkGeneration())
        separateFromParent();
    return apply(descriptor);
}

void Poller::flush() noexcept
{
    if (m_generation != forkGeneration())
        separateFromParent();
    m_refusal = 0;
    std::erase_if(m_changed, [this](int descriptor) {
        const bool settled = settle(descriptor, apply(descriptor));
        entry(descriptor).changed = !settled;
        return settled;
    });
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
            ::epoll_ctl(this->descriptor(), EPOLL_CTL_DEL, descriptor, nullptr);
        setAlwaysReady(descriptor, e, false);
        e = Entry{
            .serial = e.serial, .place = e.place, .changed = e.changed, .invalid = e.invalid
        };
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
    if (!known || error == ENOENT)
        e.kind = Kind::Unknown;
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
    return ::epoll_ctl(this->descriptor(), operation, descriptor, &event) ? errno : 0;
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
    if (m_error)
        return m_ready;
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
        const int count = Epoll::wait(descriptor(), m_buffer.data(), int(m_buffer.size()), timeout);
        if (count >= 0)
            return count;
        if (errno != EINTR) {
            m_error = errno;
            return 0;
        }
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
        if (std::size_t(descriptor) >= m_entries.size()) {
            stale = true; // a report of another set, which the program has under our number
            continue;
        }
        const Entry &e = m_entries[std::size_t(descriptor)];
        const auto met = Interests(Epoll::interests(event.events) & e.wanted);
        if (e.wanted == NoInterest || e.serial != event.data.u64 >> 32)
            stale = true; // closed, while a duplicate of its file lives on
        else if (met != NoInterest)
            m_ready.push_back({ descriptor, met });
    }
    if (stale)
        renew();
    if (std::size_t(count) == m_buffer.size() && m_buffer.size() < MaximumBatch)
        m_buffer.resize(m_buffer.size() * 2);
}

/// Drops what is left of former files.
void Poller::renew()
{
    const int error = m_epoll.reopen(); // any other error: with the next such report
    if (error == EBADF)
        m_error = error;
    else if (!error)
        registerAll();
}

void Poller::collectAlwaysReady()
{
    for (const int descriptor : m_alwaysReady)
        m_ready.push_back({ descriptor, Interests(interests(descriptor) & (Read | Write)) });
}

/// Tells a new set about all descriptors.
void Poller::registerAll() noexcept
{
    ++m_openings;
    for (const int descriptor : m_watched) {
        Entry &e = entry(descriptor);
        e.registered = NoInterest;
        if (!e.changed && !e.alwaysReady && !settle(descriptor, apply(descriptor)))
            retry(descriptor);
    }
}

/// Handles the kernel's answer to a change; false if the change has to be made again.
bool Poller::settle(int descriptor, int error)
{
    if (error == 0 || error == EPERM) // a regular file
        return true;
    if (error == ENOMEM || error == ENOSPC) {
        m_refusal = error;
        return false;
    }
    checkSet();
    if (m_error) // it is the set that is closed, or its number another file's
        return false;
    noteInvalid(descriptor, entry(descriptor));
    return true;
}

/// Notes each once: the list has room for that.
void Poller::noteInvalid(int descriptor, Entry &e) noexcept
{
    if (!std::exchange(e.invalid, true))
        m_invalid.push_back(descriptor);
}

void Poller::retry(int descriptor)
{
    entry(descriptor).changed = true;
    m_changed.push_back(descriptor);
}

std::vector<int> Poller::takeInvalid()
{
    std::vector<int> taken = m_invalid;
    m_invalid.clear(); // keeps its room
    for (const int descriptor : taken) {
        if (std::size_t(descriptor) < m_entries.size())
            m_entries[std::size_t(descriptor)].invalid = false;
    }
    return taken;
}

int Poller::recover() noexcept
{
    m_error = m_epoll.replace();
    if (!m_error)
        registerAll();
    return m_error;
}

void Poller::separateFromParent() noexcept
{
    m_generation = forkGeneration();
    m_error = m_epoll.reopenInChild(); // the parent's set must not be touched
    if (!m_error)
        registerAll();
}

} // namespace QtAsyncio
