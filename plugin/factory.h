// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <export.h>

class QAbstractEventDispatcher;

namespace QtAsyncio {
class LoopHost;
}

/// The functions of the factory library. They have C names, for those who load it at run time:
/// the library must be loaded after the Qt that it shall serve.
extern "C" {

/// A new dispatcher, complete for Core and Gui programs. May be called before the application
/// exists, and in another thread than the one that it will serve. The caller owns it until Qt does.
QTASYNCIO_EXPORT QAbstractEventDispatcher *qtasyncio_create_dispatcher();

/// Puts a dispatcher in place for the calling thread. 0: done; 1: one of ours is there already;
/// 2: another is there, and Qt takes no second one. Before there is an application, the first
/// thread that calls this becomes Qt's main thread.
QTASYNCIO_EXPORT int qtasyncio_install();

/// Applications that end from now on leave no dispatcher behind for a next one.
QTASYNCIO_EXPORT void qtasyncio_stop_installing();

/// The dispatcher of the calling thread, or null if it has none of ours.
QTASYNCIO_EXPORT QtAsyncio::LoopHost *qtasyncio_host();
}
