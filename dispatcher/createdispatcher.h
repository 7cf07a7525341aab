// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "export.h"
#include "platformevents.h"

#include <memory>

QT_BEGIN_NAMESPACE
class QAbstractEventDispatcher;
QT_END_NAMESPACE

namespace QtAsyncio {

class LoopHost;

/// A new dispatcher of the newest interface that the Qt in this process has: from Qt 6.8 on its
/// timers have nanoseconds, as QChronoTimer promises; else it is an EventDispatcher. What it is
/// besides a QAbstractEventDispatcher is a LoopHost, which qobject_cast() finds.
///
/// To be given to QCoreApplication::setEventDispatcher() or QThread::setEventDispatcher(). May be
/// called in any thread, and before there is an application. \a platform serves the window
/// system's events in the main thread. Throws std::system_error if the process or the system has
/// no descriptor left.
[[nodiscard]] QTASYNCIO_EXPORT QAbstractEventDispatcher *
createEventDispatcher(std::unique_ptr<PlatformEvents> platform = nullptr);

/// What serves ready queues in the calling thread: its dispatcher, if that is one of ours, else
/// null. It stays Qt's.
[[nodiscard]] QTASYNCIO_EXPORT LoopHost *currentLoopHost();

/// What serves ready queues in a thread whose dispatcher is another's, which was there before ours
/// could be: a guest of that dispatcher, and its child, made by the first call. Null if the calling
/// thread has no dispatcher. Throws std::system_error if the process has no descriptor left.
[[nodiscard]] QTASYNCIO_EXPORT LoopHost *attachedLoopHost();

} // namespace QtAsyncio
