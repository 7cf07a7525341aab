// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtCore/qglobal.h>

#include <functional>
#include <memory>

#include <glib.h>

namespace QtAsyncio {

/// A source in GLib's default context, which calls a function until it goes.
class GlibSource final
{
public:
    using Callback = std::function<void()>;

    static GlibSource idle(Callback callback);
    static GlibSource timeout(unsigned milliseconds, Callback callback);
    static GlibSource descriptor(int descriptor, GIOCondition condition, Callback callback);

    ~GlibSource();
    Q_DISABLE_COPY_MOVE(GlibSource)

    /// Removes it; allowed within its callback.
    void remove();
    int calls() const noexcept { return m_state->calls; }

private:
    struct State
    {
        Callback callback;
        int calls = 0;
    };

    GlibSource(GSource *source, GSourceFunc function, Callback callback);
    static gboolean call(gpointer state);

    GSource *m_source;
    std::unique_ptr<State> m_state;
};

} // namespace QtAsyncio
