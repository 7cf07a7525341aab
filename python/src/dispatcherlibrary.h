// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <string>

namespace QtAsyncio {

class EventLoops;
class LoopHost;

/// The factory library, loaded at run time, after the binding that brings its Qt.
///
/// Linking it would load a second Qt, or the wrong one: which Qt it binds to is decided by what
/// is in the process when it is loaded.
namespace DispatcherLibrary {

/// Loads the library at \a path, once. Throws std::runtime_error if that fails, and if it does for
/// lack of descriptors std::system_error, which is one.
void load(const std::string &path);
bool isLoaded() noexcept;

/// As qtasyncio_install(), qtasyncio_mode(), qtasyncio_host() and qtasyncio_stop_installing().
int install();
int mode();
LoopHost *host();
void stopInstalling();
/// As qtasyncio_on_start().
void onStart(void (*function)());
/// As qtasyncio_exit_event_loops_above(); false if nothing is loaded.
bool exitEventLoopsAbove(int level);
/// As qtasyncio_event_loops(); throws std::runtime_error if nothing is loaded.
EventLoops *eventLoops();
/// As qtasyncio_watch_quits() and qtasyncio_is_quitting().
void watchQuits();
bool isQuitting();
/// As qtasyncio_hold_quit() and qtasyncio_release_quit().
void holdQuit();
void releaseQuit(bool decides);

} // namespace DispatcherLibrary
} // namespace QtAsyncio
