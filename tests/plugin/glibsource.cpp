// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "glibsource.h"

#include <glib-unix.h>

#include <utility>

namespace QtAsyncio {

GlibSource::GlibSource(GSource *source, GSourceFunc function, Callback callback)
    : m_source(source),
      m_state(new State{ .callback = std::move(callback) })
{
    g_source_set_callback(m_source, function, m_state.get(), nullptr);
    g_source_attach(m_source, nullptr);
}

GlibSource::~GlibSource()
{
    remove();
    g_source_unref(m_source);
}

void GlibSource::remove()
{
    g_source_destroy(m_source);
}

gboolean GlibSource::call(gpointer state)
{
    auto *self = static_cast<State *>(state);
    ++self->calls;
    if (self->callback)
        self->callback();
    return G_SOURCE_CONTINUE;
}

GlibSource GlibSource::idle(Callback callback)
{
    return { g_idle_source_new(), &call, std::move(callback) };
}

GlibSource GlibSource::timeout(unsigned milliseconds, Callback callback)
{
    return { g_timeout_source_new(milliseconds), &call, std::move(callback) };
}

GlibSource GlibSource::descriptor(int descriptor, GIOCondition condition, Callback callback)
{
    const GUnixFDSourceFunc function = [](gint, GIOCondition, gpointer state) -> gboolean {
        return call(state);
    };
    return { g_unix_fd_source_new(descriptor, condition), G_SOURCE_FUNC(function),
             std::move(callback) };
}

} // namespace QtAsyncio
