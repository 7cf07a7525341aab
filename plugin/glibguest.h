// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "gliblibrary.h"

#include <clock.h>

#include <QtCore/qglobal.h>

#include <thread>

namespace QtAsyncio {

class ForeignWait;

/// Serves a dispatcher in a main loop of GLib's, as a source of the default context.
///
/// A slot may run such a loop, and Qt's own GTK dialogs do in exec(): windows, timers and asyncio
/// are to go on meanwhile, as they do in a nested event loop of Qt's. The source sleeps where the
/// dispatcher itself iterates the context, and where another thread does. Main thread only.
class GlibGuest final
{
public:
    GlibGuest(const GlibLibrary &glib, GlibLibrary::Context *context, ForeignWait &wait);
    ~GlibGuest();
    Q_DISABLE_COPY_MOVE(GlibGuest)

    /// Between these it is the dispatcher that iterates.
    void suspend() noexcept;
    void resume() noexcept { m_suspended = false; }

private:
    struct Source;

    static int prepare(GlibLibrary::Source *source, int *timeout);
    static int check(GlibLibrary::Source *source);
    static int dispatch(GlibLibrary::Source *source, int (*)(void *), void *);

    bool isHosted() const noexcept;
    bool beginWait(int *timeout);
    bool endWait();

    const GlibLibrary &m_glib;
    ForeignWait &m_wait;
    const std::thread::id m_thread;
    GlibLibrary::Source *m_source;
    pollfd m_entry; // GLib refers to it while m_polled
    TimePoint m_deadline = Never;
    bool m_polled = false;
    bool m_suspended = false;
};

} // namespace QtAsyncio
