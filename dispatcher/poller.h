// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "clock.h"
#include "kernelobject.h"

#include <cstdint>
#include <span>
#include <vector>

struct epoll_event;

namespace QtAsyncio {

/// What somebody wants to know about a descriptor; a set of bits.
///
/// With Edge, what has been reported is not reported again until more has come.
enum Interest : std::uint8_t { NoInterest = 0, Read = 1, Write = 2, Exception = 4, Edge = 8 };
using Interests = std::uint8_t;

/// A descriptor that has something to say, and which of its interests are met.
struct ReadyDescriptor
{
    int descriptor;
    Interests interests;
};

/// An epoll descriptor, and what is watched through it.
///
/// Facts about epoll that shape this class:
/// - It refuses regular files (EPERM), which poll() calls always ready. So do we.
/// - It watches open files, not numbers. A closed number leaves silently; but while a
///   duplicate is open elsewhere, its events go on and cannot be deleted any more. Each
///   registration has a serial number, by which such events are known even if the number is
///   in use again, and then the whole set is made anew.
/// - A forked child shares the set with its parent: a deletion in the child is one in the
///   parent. So the child makes a set of its own before it touches anything.
///
/// Changes are noted and told to the kernel at the next wait(): a notifier that is switched
/// off and on again in between costs one call at most. Used by the thread that waits.
class Poller final
{
public:
    /// Throws std::system_error if the process has no descriptor left.
    Poller();
    ~Poller();
    Poller(const Poller &) = delete;
    Poller &operator=(const Poller &) = delete;

    /// Gives the descriptor back. After that nothing can be watched any more (EBADF).
    void close() noexcept;

    int descriptor() const noexcept { return m_epoll.descriptor(); }
    Interests interests(int descriptor) const noexcept;

    /// Sets what is wanted of \a descriptor, in place of what was wanted before.
    void watch(int descriptor, Interests interests);
    /// Whether a watched descriptor is the loop's own: another file under its number counts as
    /// closed. Otherwise that is watched on.
    void setOwn(int descriptor, bool own) noexcept;
    /// Tells the kernel about \a descriptor now; 0 or the errno of its refusal.
    int commit(int descriptor);

    /// Waits until a descriptor is ready or \a timeout has passed, never less.
    ///
    /// The result is valid until the next call. Interrupting signals do not end the wait.
    std::span<const ReadyDescriptor> wait(Duration timeout);

    /// How many descriptors are watched.
    std::size_t size() const noexcept { return m_watched.size(); }
    /// Looks for descriptors that were closed while they are watched, about which the kernel says
    /// nothing: the next \a count, in turn, with a system call for each. A number that has got
    /// another file, with dup2() for instance, is watched on, unless it is the loop's own. With
    /// Edge it counts as closed, too.
    void check(std::size_t count);
    /// Looks for closed descriptors among all, without the set, which may be lost itself.
    void checkNumbers();
    /// Looks whether the set itself is lost, which a wait would notice.
    void checkSet() noexcept;
    bool hasInvalid() const noexcept { return !m_invalid.empty(); }
    /// The descriptors that turned out to be closed, or not to be watchable, since the last call.
    std::vector<int> takeInvalid();

    /// The errno of a lost set, or 0: the program has closed it, or a forked child cannot open its
    /// own. Then wait() returns at once, with nothing.
    int error() const noexcept { return m_error; }
    /// Opens a set under a new number and watches everything again; 0 or an errno.
    int recover() noexcept;
    /// Gives up a set that the program has closed.
    void forget() noexcept { m_epoll.forget(); }
    /// The errno with which the kernel refused to watch something, for lack of memory or of the
    /// user's watches: flush() tries again each time. 0 if all is watched.
    int refusal() const noexcept { return m_refusal; }

    /// True if a wait would not block, whatever descriptor() says: regular files are watched.
    bool isAlwaysReady() const noexcept { return !m_alwaysReady.empty(); }

    /// Tells the kernel what has changed; wait() does it too.
    void flush() noexcept;

    /// How many times the set was opened. It usually keeps its descriptor()'s number, but whatever
    /// watches that has to watch it again.
    unsigned openings() const noexcept { return m_openings; }

private:
    enum class Kind : std::uint8_t { Unknown, Set, Other };

    struct Entry
    {
        Interests wanted = NoInterest;
        Interests registered = NoInterest;
        std::uint32_t serial = 0; // of the latest registration
        std::uint32_t place = 0; // in m_watched
        bool changed = false; // is in m_changed
        bool doubtful = false; // was unwatched in between: the number may mean another file now
        bool invalid = false; // is in m_invalid
        bool own = false;
        bool alwaysReady = false;
        Kind kind = Kind::Unknown; // only the cost of a check depends on it
    };

    Entry &entry(int descriptor);
    int apply(int descriptor);
    int insert(int descriptor, Entry &entry);
    bool settle(int descriptor, int error);
    void noteInvalid(int descriptor, Entry &entry) noexcept;
    void retry(int descriptor);
    void note(int descriptor, Entry &entry, bool watched);
    void checkOne(int descriptor, Entry &entry);
    int compare(int descriptor, Entry &entry);
    int control(int operation, int descriptor, Entry &entry);
    void setAlwaysReady(int descriptor, Entry &entry, bool alwaysReady);
    int waitOnce(Duration timeout);
    void collect(int count);
    void collectAlwaysReady();
    void renew();
    void registerAll() noexcept;
    void separateFromParent() noexcept;

    KernelObject m_epoll;
    unsigned m_generation = 0;
    unsigned m_openings = 0;
    int m_error = 0;
    int m_refusal = 0;
    std::vector<Entry> m_entries; // by descriptor
    std::vector<int> m_watched;
    std::size_t m_turn = 0; // in m_watched, of the latest check
    std::vector<int> m_changed;
    std::vector<int> m_alwaysReady;
    std::vector<int> m_invalid;
    std::vector<ReadyDescriptor> m_ready;
    std::vector<epoll_event> m_buffer;
};

} // namespace QtAsyncio
