// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "export.h"

extern "C" {

/// Keeps the application from quitting because its last window has closed, as a QEventLoopLocker
/// does, until qtasyncio_release_quit() is called as often. Not every binding has that class.
/// In the application's thread. Without an application nothing happens.
QTASYNCIO_EXPORT void qtasyncio_hold_quit();

/// Lets it go. If \a decides is true Qt looks whether there are windows, and quits if there are none:
/// false where closing the last window is no reason to quit.
QTASYNCIO_EXPORT void qtasyncio_release_quit(bool decides);
}
