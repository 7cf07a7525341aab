// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "gliblibrary.h"

#include <optional>

#include <dlfcn.h>

namespace QtAsyncio {

namespace {

template <typename Function> bool resolve(void *library, const char *name, Function &function)
{
    function = reinterpret_cast<Function>(::dlsym(library, name));
    return function != nullptr;
}

std::optional<GlibLibrary> resolveAll(void *library)
{
    GlibLibrary glib{ };
    bool complete = true;
    complete &= resolve(library, "g_main_context_default", glib.defaultContext);
    complete &= resolve(library, "g_main_context_acquire", glib.acquire);
    complete &= resolve(library, "g_main_context_release", glib.release);
    complete &= resolve(library, "g_main_context_prepare", glib.prepare);
    complete &= resolve(library, "g_main_context_query", glib.query);
    complete &= resolve(library, "g_main_context_check", glib.check);
    complete &= resolve(library, "g_main_context_dispatch", glib.dispatch);
    complete &= resolve(library, "g_main_context_wakeup", glib.wakeUp);
    complete &= resolve(library, "g_source_new", glib.newSource);
    complete &= resolve(library, "g_source_attach", glib.attach);
    complete &= resolve(library, "g_source_add_poll", glib.addPoll);
    complete &= resolve(library, "g_source_remove_poll", glib.removePoll);
    complete &= resolve(library, "g_source_set_can_recurse", glib.setCanRecurse);
    complete &= resolve(library, "g_source_destroy", glib.destroy);
    complete &= resolve(library, "g_source_unref", glib.unref);
    return complete ? std::optional(glib) : std::nullopt;
}

} // namespace

const GlibLibrary *GlibLibrary::find()
{
    static std::optional<GlibLibrary> found; // for good: the library is not unloaded any more
    if (found)
        return &*found;
    void *library = ::dlopen("libglib-2.0.so.0", RTLD_NOLOAD | RTLD_LAZY);
    if (!library)
        return nullptr;
    found = resolveAll(library);
    return found ? &*found : nullptr;
}

} // namespace QtAsyncio
