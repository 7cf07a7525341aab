// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <poll.h>

extern "C" {
struct _GMainContext;
struct _GSource;
}

namespace QtAsyncio {

/// What we call of the GLib that is in the process.
///
/// Found at run time: a program without GLib needs none, and we need no headers of its. The
/// functions have kept their types since GLib 2.0. A GPollFD is a pollfd, and a gboolean an int.
struct GlibLibrary
{
    using Context = _GMainContext;
    using Source = _GSource;

    /// GSourceFuncs.
    struct SourceFunctions
    {
        int (*prepare)(Source *source, int *timeout);
        int (*check)(Source *source);
        int (*dispatch)(Source *source, int (*callback)(void *), void *data);
        void (*finalize)(Source *source);
        void *reserved[2];
    };
    /// No less than a GSource, which is twelve pointers.
    struct SourceBase
    {
        void *reserved[16];
    };

    /// Null if nobody has loaded GLib.
    static const GlibLibrary *find();

    Context *(*defaultContext)();
    int (*acquire)(Context *context);
    void (*release)(Context *context);
    int (*prepare)(Context *context, int *priority);
    int (*query)(Context *context, int priority, int *timeout, pollfd *list, int size);
    int (*check)(Context *context, int priority, pollfd *list, int size);
    void (*dispatch)(Context *context);
    void (*wakeUp)(Context *context);

    Source *(*newSource)(SourceFunctions *functions, unsigned size);
    unsigned (*attach)(Source *source, Context *context);
    void (*addPoll)(Source *source, pollfd *entry);
    void (*removePoll)(Source *source, pollfd *entry);
    void (*setCanRecurse)(Source *source, int canRecurse);
    void (*destroy)(Source *source);
    void (*unref)(Source *source);
};

} // namespace QtAsyncio
