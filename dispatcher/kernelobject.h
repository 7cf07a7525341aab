// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <atomic>

namespace QtAsyncio {

/// A kernel object that the dispatcher owns: an epoll set, an eventfd or a timerfd.
///
/// The program may close the descriptor and open a file of its own under the number. So the open
/// file has a mark, and without it is neither closed nor replaced. A forked child can tell its own
/// objects from those of its parent by the mark.
class KernelObject final
{
public:
    using Open = int (*)(); // as open(2): a descriptor, or -1 and errno

    /// Throws std::system_error if \a open fails, for instance for lack of descriptors. Its message
    /// contains \a name.
    KernelObject(Open open, const char *name);
    ~KernelObject();
    KernelObject(const KernelObject &) = delete;
    KernelObject &operator=(const KernelObject &) = delete;

    /// -1 after close(), or if there is no object for lack of a descriptor.
    int descriptor() const noexcept { return m_descriptor.load(std::memory_order_relaxed); }
    void close() noexcept;
    /// Gives up the number without closing it: the program has, and it may mean another file.
    void forget() noexcept { m_descriptor.store(-1, std::memory_order_relaxed); }

    /// Puts a new object under the same number. Returns 0, or an errno and changes nothing: EBADF
    /// if the number does not mean the object.
    int reopen() noexcept;
    /// The same in a forked child, which shares the object with its parent. Succeeds without a free
    /// descriptor too; after an errno there is no object. Keeps the number, unless the child has
    /// opened a file of its own under it.
    int reopenInChild() noexcept;
    /// Forgets the number and opens a new object under another one; 0 or an errno.
    int replace() noexcept;

    /// Whether the number still means the object.
    bool isOurs() const noexcept;

private:
    void moveTo(int number) noexcept;

    Open m_open;
    int m_mark = 0; // of the open file
    std::atomic<int> m_descriptor; // any thread reads it
};

} // namespace QtAsyncio
