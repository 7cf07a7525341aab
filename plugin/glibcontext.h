// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "glibdescriptors.h"
#include "glibguest.h"
#include "gliblibrary.h"

#include <readyqueue.h>

#include <memory>
#include <span>
#include <vector>

namespace QtAsyncio {

/// GLib's default main context, served in the iterations of a dispatcher as Qt's own does it.
///
/// GLib is asked for its deadlines and descriptors before each wait that may block, and gets the
/// answers directly after it; its callbacks run among the ready queues. While Qt or asyncio never
/// wait, it has a turn every 10 ms, and at once if a descriptor of its is ready. A context that
/// another thread has acquired is left alone. Main thread only.
class GlibContext final : public ReadyQueue
{
public:
    /// Null if nobody has loaded GLib, or the environment variable QT_NO_GLIB is set: then Qt
    /// would not serve it either.
    static std::unique_ptr<GlibContext> create(ForeignWait &wait);

    GlibContext(const GlibLibrary &glib, ForeignWait &wait);
    Q_DISABLE_COPY_MOVE(GlibContext)

    int descriptor() const noexcept override { return m_descriptors.descriptor(); }
    void descriptorReady() noexcept override;
    Duration timeToNext(TimePoint now, bool timers) const noexcept override;
    bool wantsRun(TimePoint now, bool timers) const noexcept override;
    bool sharesWaits() const noexcept override { return true; }
    Duration beginWait() noexcept override;
    void endWait(bool ready) noexcept override;
    void run(const RunLimits &limits) override;
    void *aboutToWait() noexcept override { return nullptr; }
    void waited(void *) noexcept override { }
    void forked() noexcept override;
    void hostDestroyed() noexcept override { }
    void descriptorClosed() noexcept override;

private:
    void findWakeUpDescriptor() noexcept;
    bool prepare() noexcept;
    void query();
    void check(bool descriptors, bool reported) noexcept;
    void dispatch();
    std::span<pollfd> list() noexcept { return { m_list.data(), m_size }; }

    const GlibLibrary &m_glib;
    GlibLibrary::Context *const m_context;
    GlibDescriptors m_descriptors;
    GlibGuest m_guest;

    // Between prepare() and check(), while the context is ours.
    std::vector<pollfd> m_list; // may be larger than what is in it
    std::size_t m_size = 0;
    int m_priority = 0;
    int m_timeout = -1; // milliseconds, or -1
    bool m_prepared = false;
    bool m_refused = false; // there are descriptors that epoll does not take

    TimePoint m_nextTurn; // at the latest
    bool m_ready = false; // there is something to dispatch
    bool m_reported = false; // a descriptor was ready, and GLib does not know yet
    bool m_answered = false; // GLib knows of the report that comes next
    bool m_ended = false; // in a forked child, or without a descriptor
};

} // namespace QtAsyncio
