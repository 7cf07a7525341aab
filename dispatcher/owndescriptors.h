// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "checkschedule.h"
#include "poller.h"
#include "retrytime.h"
#include "waker.h"

#include <vector>

namespace QtAsyncio {

/// Keeps the poller and the waker of a loop working.
///
/// A program may close any descriptor, these two included, and a forked child needs its own. Only
/// the loop's thread uses this.
class OwnDescriptors final
{
public:
    /// Does what follows for the rest of the loop.
    class Observer
    {
    public:
        /// The process is a forked child, which must not touch the kernel's objects of its parent.
        virtual void forked() = 0;
        /// These numbers were closed while they were watched, the waker's excepted.
        virtual void descriptorsClosed(const std::vector<int> &numbers) = 0;
        /// The loop could not wait, with this errno. Called once for each loss.
        virtual void waitFailed(int error) = 0;

    protected:
        ~Observer() = default;
    };

    /// Has \a poller watch \a waker.
    OwnDescriptors(Poller &poller, Waker &waker, Observer &observer);
    OwnDescriptors(const OwnDescriptors &) = delete;
    OwnDescriptors &operator=(const OwnDescriptors &) = delete;

    /// An iteration begins: since the last one the program may have closed or replaced descriptors.
    void beginIteration() noexcept { m_checks.begin(m_poller.size()); }
    /// Looks for those. Returns how long a wait may last; \a now if recover() is due.
    TimePoint check(TimePoint now);
    /// Whether nothing is lost. Otherwise recover() is due, not before a wake-up was taken: it may
    /// replace the waker.
    bool isIntact() const noexcept { return !m_poller.hasInvalid() && !lossError(); }
    /// Reports what was closed, and replaces what is lost, if it is not too early to try again.
    void recover();
    /// When to try again to replace what is lost; Never if nothing is.
    TimePoint nextTry() const noexcept { return m_retry.next(); }
    void setWakerLost() noexcept;

    /// In a forked child, once: gives the loop objects of its own.
    void separateFromParent();

private:
    int lossError() const noexcept;
    bool isWakerWatched() const noexcept;
    std::vector<int> takeClosed();
    int replaceLost();
    void watchWaker();

    Poller &m_poller;
    Waker &m_waker;
    Observer &m_observer;
    CheckSchedule m_checks;
    int m_watchedWaker = -1; // the number under which the poller watches it
    bool m_wakerLost = false;
    RetryTime m_retry;
    unsigned m_generation;
};

} // namespace QtAsyncio
