// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "clock.h"
#include "kernelobject.h"

#include <atomic>

namespace QtAsyncio {

/// Gets the loop thread out of its wait from any other thread.
///
/// Wake-ups coalesce: until the take() that answers the first one, the others find the flag
/// raised and return. The eventfd is written only while the loop thread sleeps or is about
/// to; a busy loop is woken, and wakes itself, without a system call. A poller watches it for
/// Read | Edge: as each write is reported once, it need not be read.
class Waker final
{
public:
    /// Throws std::system_error if the process has no descriptor left.
    Waker();
    ~Waker();
    Waker(const Waker &) = delete;
    Waker &operator=(const Waker &) = delete;

    /// False once the program has closed the descriptor, whatever the number means now.
    bool isOpen() const noexcept { return m_eventFd.isOurs(); }
    int descriptor() const noexcept { return m_eventFd.descriptor(); }

    /// True from the first wakeUp() until the take() that answers it.
    bool isPending() const noexcept { return m_pending.load(std::memory_order_acquire); }
    const std::atomic<bool> &pending() const noexcept { return m_pending; }

    void wakeUp() noexcept; // any thread, and from a signal handler

    /// Announces a wait; false if it must not block because a wake-up is pending.
    bool prepareToSleep() noexcept; // loop thread only
    /// Ends what prepareToSleep() began and lowers the flag; true if a wake-up was taken.
    bool take() noexcept; // loop thread only
    /// Empties the eventfd, if it is open, for those who look whether it is readable. Not between
    /// prepareToSleep() and take(): it would swallow the wake-up that is to end the wait.
    void drain() noexcept; // loop thread only
    /// Waits for a wake-up alone; true if the descriptor is readable, or closed.
    bool wait(Duration timeout); // loop thread only
    /// In a forked child: an eventfd that the parent does not share, under the same number.
    /// 0 or an errno.
    int reopen() noexcept { return m_eventFd.reopenInChild(); }
    /// The program has closed the descriptor.
    void forget() noexcept { m_eventFd.forget(); }
    /// Where the program has closed the descriptor: another one. 0 or an errno.
    int replace() noexcept { return m_eventFd.replace(); }

private:
    KernelObject m_eventFd;
    std::atomic<bool> m_pending = false;
    std::atomic<bool> m_sleeping = false;
};

} // namespace QtAsyncio
