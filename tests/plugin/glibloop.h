// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <QtCore/qglobal.h>

#include <glib.h>

namespace QtAsyncio {

/// A main loop on the default context.
class GlibLoop final
{
public:
    GlibLoop()
        : m_loop(g_main_loop_new(nullptr, FALSE))
    {
    }
    ~GlibLoop() { g_main_loop_unref(m_loop); }
    Q_DISABLE_COPY_MOVE(GlibLoop)

    void run() const { g_main_loop_run(m_loop); }
    void quit() const { g_main_loop_quit(m_loop); }

private:
    GMainLoop *m_loop;
};

} // namespace QtAsyncio
