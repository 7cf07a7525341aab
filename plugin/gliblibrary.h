// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <poll.h>

extern "C" {
struct _GMainContext;
}

namespace QtAsyncio {

/// What we call of the GLib that is in the process.
///
/// Found at run time: a program without GLib needs none, and we need no headers of its. The
/// functions have kept their types since GLib 2.0. A GPollFD is a pollfd, and a gboolean an int.
struct GlibLibrary
{
    using Context = _GMainContext;

    /// Null if nobody has loaded GLib.
    static const GlibLibrary *find();

    Context *(*defaultContext)();
    int (*acquire)(Context *context);
    void (*release)(Context *context);
    int (*prepare)(Context *context, int *priority);
    int (*query)(Context *context, int priority, int *timeout, pollfd *list, int size);
    int (*check)(Context *context, int priority, pollfd *list, int size);
    void (*dispatch)(Context *context);
};

} // namespace QtAsyncio
