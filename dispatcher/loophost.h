// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <atomic>

namespace QtAsyncio {

class ForeignWait;
class ReadyQueue;

/// What a ready queue sees of the dispatcher that runs it.
///
/// An interface without symbols, so that a language binding need not link the dispatcher,
/// nor Qt: it may be loaded before the program has chosen which Qt to load. In C++ it is the
/// thread's dispatcher, see currentLoopHost(); ReadyQueue::hostDestroyed() tells when it ends.
class LoopHost
{
public:
    /// From now on \a queue is served in each iteration of this thread.
    ///
    /// The queue stays its owner's, who detaches it before it goes. It is attached once, and to
    /// one host at a time. Throws std::bad_alloc; it is not attached then. Loop thread only; allowed
    /// from within a run().
    virtual void attach(ReadyQueue *queue) = 0;
    /// It is not any more; nothing happens if it was not. Loop thread only; allowed from within
    /// its own run().
    virtual void detach(ReadyQueue *queue) noexcept = 0;
    /// Ends the wait, the current one or the next. Any thread, and from a signal handler.
    virtual void wakeUp() = 0;
    /// For another event loop that runs in a callback of this one, and waits. Loop thread only.
    virtual ForeignWait &foreignWait() noexcept = 0;

protected:
    ~LoopHost() = default;
};

} // namespace QtAsyncio
