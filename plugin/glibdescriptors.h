// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <kernelobject.h>

#include <QtCore/qglobal.h>

#include <span>
#include <vector>

#include <poll.h>

namespace QtAsyncio {

/// The descriptors that GLib waits for, as an epoll set.
///
/// GLib hands over numbers, anew for each wait, and a number may have got another file in
/// between. So each is registered for one report, and again for the next wait: what is left of a
/// former file, and cannot be removed any more, is silent from drain() on. Used by the thread
/// that waits.
class GlibDescriptors final
{
public:
    /// Throws std::system_error if the process has no descriptor left.
    GlibDescriptors();
    ~GlibDescriptors() = default;
    Q_DISABLE_COPY_MOVE(GlibDescriptors)

    int descriptor() const noexcept { return m_epoll.descriptor(); }

    /// This one is GLib's own, which never means another file: it stays armed while it is listed.
    void setPermanent(int descriptor) noexcept { m_permanent = descriptor; }
    /// Arms these and no others. False if there are some among them which epoll refuses, and which
    /// poll() calls ready: regular files, and numbers that are not open.
    /// Throws std::bad_alloc, and has changed nothing then.
    [[nodiscard]] bool arm(std::span<const pollfd> list);
    void disarm() noexcept;
    /// Disarms all that is ready.
    void drain() noexcept;
    /// In a forked child: a set of its own, with nothing in it. 0 or an errno.
    int reopen() noexcept;
    /// Gives up the set: the program has closed its descriptor.
    void forget() noexcept { m_epoll.forget(); }

private:
    bool armOne(const pollfd &wanted) noexcept;
    void removeOthers() noexcept;

    KernelObject m_epoll;
    int m_permanent = -1;
    bool m_permanentArmed = false;
    std::vector<int> m_registered; // ascending
    std::vector<int> m_numbers; // of the latest list, ascending
};

} // namespace QtAsyncio
