// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include "dispatcherlibrary.h"
#include "descriptorshortage.h"

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <dlfcn.h>

namespace QtAsyncio::DispatcherLibrary {

namespace {

struct Functions
{
    int (*install)() = nullptr;
    int (*mode)() = nullptr;
    LoopHost *(*host)() = nullptr;
    void (*stopInstalling)() = nullptr;
    void (*onStart)(void (*function)()) = nullptr;
    bool (*exitEventLoopsAbove)(int level) = nullptr;
    EventLoops *(*eventLoops)() = nullptr;
    void (*watchQuits)() = nullptr;
    bool (*isQuitting)() = nullptr;
    void (*holdQuit)() = nullptr;
    void (*releaseQuit)(bool decides) = nullptr;
};

Functions s_functions;

template <typename Function> void resolve(void *library, const char *name, Function *&function)
{
    function = reinterpret_cast<Function *>(::dlsym(library, name));
    if (!function)
        throw std::runtime_error(::dlerror());
}

void requireLoaded()
{
    if (!isLoaded())
        throw std::runtime_error("the dispatcher's library is not loaded");
}

} // namespace

void load(const std::string &path)
{
    if (isLoaded())
        return;
    void *library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const std::string reason = ::dlerror();
        if (const int error = descriptorShortage())
            throw std::system_error(error, std::generic_category(), reason);
        throw std::runtime_error(reason);
    }
    Functions functions;
    resolve(library, "qtasyncio_install", functions.install);
    resolve(library, "qtasyncio_mode", functions.mode);
    resolve(library, "qtasyncio_host", functions.host);
    resolve(library, "qtasyncio_stop_installing", functions.stopInstalling);
    resolve(library, "qtasyncio_on_start", functions.onStart);
    resolve(library, "qtasyncio_exit_event_loops_above", functions.exitEventLoopsAbove);
    resolve(library, "qtasyncio_event_loops", functions.eventLoops);
    resolve(library, "qtasyncio_watch_quits", functions.watchQuits);
    resolve(library, "qtasyncio_is_quitting", functions.isQuitting);
    resolve(library, "qtasyncio_hold_quit", functions.holdQuit);
    resolve(library, "qtasyncio_release_quit", functions.releaseQuit);
    s_functions = functions;
}

bool isLoaded() noexcept
{
    return s_functions.install;
}

int install()
{
    requireLoaded();
    return s_functions.install();
}

int mode()
{
    return isLoaded() ? s_functions.mode() : 0;
}

LoopHost *host()
{
    errno = 0;
    return isLoaded() ? s_functions.host() : nullptr;
}

void stopInstalling()
{
    if (isLoaded())
        s_functions.stopInstalling();
}

void onStart(void (*function)())
{
    if (isLoaded())
        s_functions.onStart(function);
}

bool exitEventLoopsAbove(int level)
{
    return isLoaded() && s_functions.exitEventLoopsAbove(level);
}

EventLoops *eventLoops()
{
    requireLoaded();
    return s_functions.eventLoops();
}

void watchQuits()
{
    if (isLoaded())
        s_functions.watchQuits();
}

bool isQuitting()
{
    return isLoaded() && s_functions.isQuitting();
}

void holdQuit()
{
    if (isLoaded())
        s_functions.holdQuit();
}

void releaseQuit(bool decides)
{
    if (isLoaded())
        s_functions.releaseQuit(decides);
}

} // namespace QtAsyncio::DispatcherLibrary
