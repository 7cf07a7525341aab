// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "glibcontext.h"

#include <cancellation.h>

#include <QtCore/qglobal.h>

#include <algorithm>
#include <new>
#include <system_error>
#include <utility>

namespace QtAsyncio {

namespace {

/// While nobody waits, GLib's deadlines and what was added to it are looked for so often.
constexpr Duration TurnInterval = std::chrono::milliseconds(10);

} // namespace

std::unique_ptr<GlibContext> GlibContext::create(ForeignWait &wait)
{
    const GlibLibrary *glib = GlibLibrary::find();
    if (!glib || !qEnvironmentVariableIsEmpty("QT_NO_GLIB"))
        return nullptr;
    try {
        return std::make_unique<GlibContext>(*glib, wait);
    } catch (const std::system_error &error) { // no descriptor is left
        qWarning("QtAsyncio: GLib's main context is not served: %s", error.what());
        return nullptr;
    }
}

GlibContext::GlibContext(const GlibLibrary &glib, ForeignWait &wait)
    : m_glib(glib),
      m_context(glib.defaultContext()),
      m_guest(glib, m_context, wait)
{
    findWakeUpDescriptor();
}

/// Mostly it is the only one in the list, and need not be armed for each wait: it is the one that
/// a wake-up makes readable.
void GlibContext::findWakeUpDescriptor() noexcept
{
    const CancellationGuard guard;
    if (!prepare())
        return;
    const auto isReadable = [](const pollfd &entry) { return (entry.revents & POLLIN) != 0; };
    ::poll(m_list.data(), m_size, 0);
    const bool quiet = std::ranges::none_of(list(), isReadable);
    m_glib.wakeUp(m_context);
    ::poll(m_list.data(), m_size, 0);
    const auto found = std::ranges::find_if(list(), isReadable);
    if (quiet && found != list().end())
        m_descriptors.setPermanent(found->fd);
    check(true, false); // takes the wake-up
}

// ---- Around the wait

Duration GlibContext::beginWait() noexcept
{
    if (!prepare())
        return Forever;
    if (m_refused)
        return Duration::zero();
    return m_timeout < 0 ? Forever : std::chrono::milliseconds(m_timeout);
}

void GlibContext::endWait(bool ready) noexcept
{
    m_answered = ready;
    if (m_prepared)
        check(ready || m_refused, ready);
    else if (ready)
        m_descriptors.drain();
}

/// The context stays acquired until check(): a source that another thread adds meanwhile wakes
/// its owner, and nobody else.
bool GlibContext::prepare() noexcept
{
    if (m_ended || !m_glib.acquire(m_context)) {
        m_descriptors.disarm();
        m_refused = false;
        return false;
    }
    m_prepared = true;
    m_guest.suspend();
    m_glib.prepare(m_context, &m_priority);
    try {
        query();
        m_refused = !m_descriptors.arm(list());
    } catch (const std::bad_alloc
                     &) { // asks what it knows of, without a wait, until there is memory
        m_size = std::min(m_size, m_list.size());
        m_refused = true;
    }
    return true;
}

void GlibContext::query()
{
    for (;;) {
        const int size = int(m_list.size());
        m_size = std::size_t(m_glib.query(m_context, m_priority, &m_timeout, m_list.data(), size));
        if (m_size <= m_list.size())
            break;
        m_list.resize(m_size);
    }
}

/// Nothing may run between prepare() and this: a source may have begun a transaction in the one
/// that it ends in the other, as GDK does with the connection to a Wayland compositor.
void GlibContext::check(bool descriptors, bool reported) noexcept
{
    const CancellationGuard guard;
    for (pollfd &entry : list())
        entry.revents = 0;
    // By number, as GLib does. A report that concerns none of them is of a file which lives on
    // under another number, or has been answered already.
    if (descriptors && ::poll(m_list.data(), m_size, 0) <= 0 && reported)
        m_descriptors.drain();
    m_ready = m_glib.check(m_context, m_priority, m_list.data(), int(m_size));
    m_glib.release(m_context);
    m_guest.resume();
    m_prepared = false;
    m_nextTurn = Clock::now() + TurnInterval;
}

// ---- Running

void GlibContext::descriptorReady() noexcept
{
    if (!std::exchange(m_answered, false))
        m_reported = true;
}

Duration GlibContext::timeToNext(TimePoint, bool) const noexcept
{
    return m_ready || m_reported ? Duration::zero() : Forever;
}

bool GlibContext::wantsRun(TimePoint now, bool) const noexcept
{
    return m_ready || m_reported || now >= m_nextTurn;
}

void GlibContext::run(const RunLimits &limits)
{
    const bool reported = std::exchange(m_reported, false);
    if (!m_ready) { // nobody has waited
        m_nextTurn = limits.begin + TurnInterval;
        if (prepare())
            check(limits.descriptors, reported);
        else if (reported)
            m_descriptors.drain();
    }
    if (std::exchange(m_ready, false))
        dispatch();
}

/// Runs any code, which may nest event loops of either kind and end the application.
void GlibContext::dispatch()
{
    const GlibLibrary &glib = m_glib;
    GlibLibrary::Context *const context = m_context;
    if (!glib.acquire(context))
        return; // another thread has taken over, and what was ready with it
    glib.dispatch(context);
    glib.release(context);
}

/// GLib does not go on in a forked child, and shares a descriptor with the parent through which
/// both would take the other's wake-ups.
void GlibContext::forked() noexcept
{
    m_ended = true;
    m_ready = m_reported = false;
    static_cast<void>(m_descriptors.reopen());
}

/// The program may have closed GLib's own descriptors with this one. GLib cannot replace them.
void GlibContext::descriptorClosed() noexcept
{
    const CancellationGuard guard; // for the warning, which writes
    m_ended = true;
    m_ready = m_reported = false;
    m_descriptors.forget();
    qWarning("QtAsyncio: GLib's main context is not served any more: its descriptor was closed");
}

} // namespace QtAsyncio
