// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "glibguest.h"

#include <foreignwait.h>

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qpointer.h>

#include <algorithm>
#include <limits>

namespace QtAsyncio {

/// A GSource that knows whom it stands for.
struct GlibGuest::Source
{
    GlibLibrary::SourceBase base;
    GlibGuest *guest;

    static GlibGuest *guestOf(GlibLibrary::Source *source)
    {
        return reinterpret_cast<Source *>(source)->guest;
    }
};

GlibGuest::GlibGuest(const GlibLibrary &glib, GlibLibrary::Context *context, ForeignWait &wait)
    : m_glib(glib),
      m_wait(wait),
      m_thread(std::this_thread::get_id()),
      m_entry{ .fd = wait.pollDescriptor(), .events = POLLIN, .revents = 0 }
{
    static GlibLibrary::SourceFunctions functions = { &prepare, &check, &dispatch, nullptr, { } };
    m_source = m_glib.newSource(&functions, sizeof(Source));
    reinterpret_cast<Source *>(m_source)->guest = this;
    m_glib.setCanRecurse(m_source, true); // a slot that it runs may run a main loop again
    m_glib.attach(m_source, context);
}

GlibGuest::~GlibGuest()
{
    suspend();
    m_glib.destroy(m_source);
    m_glib.unref(m_source);
}

/// The descriptor is in GLib's list only while a main loop of this thread needs it there: the
/// dispatcher itself would wait for its own, another thread would see it ready all the time.
void GlibGuest::suspend() noexcept
{
    m_suspended = true;
    if (std::exchange(m_polled, false))
        m_glib.removePoll(m_source, &m_entry);
}

bool GlibGuest::isHosted() const noexcept
{
    return std::this_thread::get_id() == m_thread && !m_suspended;
}

int GlibGuest::prepare(GlibLibrary::Source *source, int *timeout)
{
    *timeout = -1;
    GlibGuest *guest = Source::guestOf(source);
    return guest->isHosted() && guest->beginWait(timeout);
}

bool GlibGuest::beginWait(int *timeout)
{
    using namespace std::chrono;
    const Duration longest = m_wait.beginForeignWait();
    if (!std::exchange(m_polled, true)) {
        m_entry.fd = m_wait.pollDescriptor(); // a new one if the program had closed it
        m_glib.addPoll(m_source, &m_entry);
    }
    if (longest == Forever) {
        m_deadline = Never;
        return false;
    }
    m_deadline = Clock::now() + std::min(longest, Duration(hours(24)));
    *timeout = int(std::min(ceil<milliseconds>(longest), milliseconds(hours(24))).count());
    return longest == Duration::zero();
}

int GlibGuest::check(GlibLibrary::Source *source)
{
    GlibGuest *guest = Source::guestOf(source);
    return guest->isHosted() && guest->endWait();
}

bool GlibGuest::endWait()
{
    const bool woken = m_wait.endForeignWait();
    return woken || m_entry.revents != 0 || Clock::now() >= m_deadline;
}

int GlibGuest::dispatch(GlibLibrary::Source *source, int (*)(void *), void *)
{
    if (!Source::guestOf(source)->isHosted())
        return true;
    // It is ours, and may be gone with the application when this returns.
    const QPointer<QAbstractEventDispatcher> dispatcher(QAbstractEventDispatcher::instance());
    if (dispatcher)
        dispatcher->processEvents(QEventLoop::AllEvents);
    if (dispatcher)
        Q_EMIT dispatcher->aboutToBlock(); // Wayland flushes its connection on it
    return true;
}

} // namespace QtAsyncio
