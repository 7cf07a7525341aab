// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "poller.h"
#include "readyring.h"

#include <Python.h>

#include <unordered_map>

namespace QtAsyncio {

/// The readers and writers of one loop, in an epoll set of their own.
///
/// A handle is queued once: while it waits in the ring or its callback is on the stack, a second
/// report takes its descriptor out of the set until the callback has returned. Otherwise a dialog
/// which a reader opens before it has read would spin. Loop thread only, with the GIL.
///
/// The kernel hears at once of what is added and removed: whoever removes a descriptor may close it
/// next, and if a duplicate of it lives on it cannot be taken out of the set after that. Only what
/// release() removes stays in the set until the next flush(): it is watched again more often than
/// not, and then one call does instead of two.
class HandleWatchers final
{
public:
    HandleWatchers() = default;
    ~HandleWatchers() { close(); }
    HandleWatchers(const HandleWatchers &) = delete;
    HandleWatchers &operator=(const HandleWatchers &) = delete;

    int pollDescriptor() const noexcept { return m_poller.descriptor(); }

    static constexpr int Raised = -1;
    /// Takes over a reference to \a handle; the former one is cancelled. 0, an errno, or Raised with
    /// a Python error set.
    ///
    /// \a file is the object with the descriptor, or null. The watch keeps it alive, and finds it
    /// by keyOf() when it is closed and has no descriptor to be found by.
    int add(int descriptor, Interest interest, PyObject *handle, PyObject *file = nullptr);
    /// The same for a file that was closed: EBADF unless there is a handle already.
    int replace(int key, Interest interest, PyObject *handle);
    /// Cancels the handle; false if there is none. \a key is a descriptor, or from keyOf().
    bool remove(int key, Interest interest);

    static constexpr int NoKey = -1;
    /// The key of the watch with that \a file, or NoKey.
    int keyOf(PyObject *file) const;

    /// Drops \a handle, without cancelling it, if it is still the one that is watched for. The
    /// kernel hears of it in flush() or collect(), whichever comes first. Until then the
    /// descriptor may make the set look ready, so flush() is due before anybody waits for the set.
    /// If the descriptor is closed before, the kernel forgets it by itself; while a duplicate of
    /// it is open elsewhere, the first event of that makes the set anew.
    void release(int descriptor, Interest interest, PyObject *handle);
    /// Passes outstanding changes to the kernel. 0, or the errno with which it refuses one for lack
    /// of memory or of the user's watches: the next flush() tries again.
    int flush();

    /// Appends the handles of ready descriptors to \a ring. 0, or the errno of a lost set or of a
    /// refusal.
    int collect(ReadyRing &ring);
    /// The callback of a collected handle has returned.
    void finished(const ReadyHandle &ready);

    int separateFromParent() { return flush(); } // in a forked child
    /// The program has closed the descriptor of the set, without which nothing is watched.
    void forget() noexcept { m_poller.forget(); }
    /// True once if the set is a new one, under the same number; as after collect().
    bool takeRenewed();
    /// Drops all handles and gives the descriptor of the set back.
    void close();
    int traverse(visitproc visit, void *arg) const;
    /// A new list of (file or descriptor, descriptor, reader or None, writer or None).
    PyObject *toList() const;

private:
    struct Side
    {
        PyObject *handle = nullptr;
        bool queued = false; // in the ring, or on the stack
        bool disarmed = false; // reported meanwhile, and out of the set
    };
    struct Watch
    {
        Side read;
        Side write;
        PyObject *file = nullptr; // as asyncio's selector, it keeps the first one

        bool isEmpty() const noexcept { return !read.handle && !write.handle; }
        Side &of(Interest interest) noexcept { return interest == Read ? read : write; }
        Interests wanted() const noexcept;
    };

    using Watches = std::unordered_map<int, Watch>;

    int update(int descriptor, const Watch &watch);
    bool displaceClosed(int descriptor, PyObject *successor);
    [[nodiscard]] PyObject *eraseIfEmpty(Watches::iterator watch);
    void queue(int descriptor, Watch &watch, Interest interest, ReadyRing &ring);
    static void release(Side &side);

    Poller m_poller;
    unsigned m_openings = 0; // of the poller, when somebody asked last
    Watches m_watches; // by descriptor, or by a number below NoKey once another file has that
    int m_lastDisplaced = NoKey;
};

} // namespace QtAsyncio
